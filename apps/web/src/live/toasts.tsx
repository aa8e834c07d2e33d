'use client';

import type { Notification } from '@skelly/types/notification';
import { createContext, type ReactNode, useCallback, useContext, useMemo, useRef, useState } from 'react';
import type { ToastStack } from './toast-stack';

export interface ToastContent {
  /** The same id is shown once in the life of a tab, however often it is told. */
  readonly id: string;
  readonly title: string;
  readonly body?: string;
  readonly href?: string | null;
  /** Whose picture it has; without one it has none. */
  readonly category?: Notification['category'];
}

const AT_MOST = 3;

const ShowContext = createContext<(toast: ToastContent) => void>(() => undefined);

/** Shows a toast: polite for screen readers, three at most. Whatever it says must also stand somewhere that stays. */
export function useToast(): (toast: ToastContent) => void {
  return useContext(ShowContext);
}

/** The place where toasts appear, over every page. Its script is loaded with the first toast. */
export function ToastProvider({ children }: { readonly children: ReactNode }) {
  const [toasts, setToasts] = useState<readonly ToastContent[]>([]);
  const [Stack, setStack] = useState<typeof ToastStack | null>(null);
  const told = useRef(new Set<string>());

  const show = useCallback((toast: ToastContent) => {
    if (told.current.has(toast.id)) return;
    told.current.add(toast.id);
    setToasts((now) => [...now, toast].slice(-AT_MOST));
    // Without a connection there is no stack, and what the toast says stands in the inbox all the same.
    import('./toast-stack').then(
      (loaded) => setStack(() => loaded.ToastStack),
      () => setToasts([]),
    );
  }, []);
  const drop = useCallback((id: string) => setToasts((now) => now.filter((toast) => toast.id !== id)), []);

  const stack = useMemo(() => (Stack ? <Stack toasts={toasts} onGone={drop} /> : null), [Stack, toasts, drop]);
  return (
    <ShowContext value={show}>
      {children}
      {stack}
    </ShowContext>
  );
}
