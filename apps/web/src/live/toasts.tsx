'use client';

import { X } from 'lucide-react';
import Link from 'next/link';
import { Toast } from 'radix-ui';
import { createContext, type ReactNode, useCallback, useContext, useEffect, useRef, useState } from 'react';

export interface ToastContent {
  /** The same id is shown once in the life of a tab, however often it is told. */
  readonly id: string;
  readonly title: string;
  readonly body?: string;
  readonly href?: string | null;
  readonly picture?: ReactNode;
}

const AT_MOST = 3;
const SHOWN_MS = 7000;

const ShowContext = createContext<(toast: ToastContent) => void>(() => undefined);

/** Shows a toast: polite for screen readers, three at most. Whatever it says must also stand somewhere that stays. */
export function useToast(): (toast: ToastContent) => void {
  return useContext(ShowContext);
}

/** The place where toasts appear, over every page. */
export function ToastProvider({ children }: { readonly children: ReactNode }) {
  const [toasts, setToasts] = useState<readonly ToastContent[]>([]);
  // The viewport carries a style attribute, which our policy refuses in markup that comes from the server.
  const [mounted, setMounted] = useState(false);
  useEffect(() => setMounted(true), []);

  const told = useRef(new Set<string>());
  const show = useCallback((toast: ToastContent) => {
    if (told.current.has(toast.id)) return;
    told.current.add(toast.id);
    setToasts((now) => [...now, toast].slice(-AT_MOST));
  }, []);
  const drop = (id: string) => setToasts((now) => now.filter((toast) => toast.id !== id));

  return (
    <ShowContext value={show}>
      <Toast.Provider duration={SHOWN_MS} label="Notification" swipeDirection="right">
        {children}
        {toasts.map((toast) => (
          <ToastCard key={toast.id} toast={toast} onGone={() => drop(toast.id)} />
        ))}
        {mounted ? (
          <Toast.Viewport
            label="Notifications ({hotkey})"
            className="fixed right-0 bottom-0 z-50 flex w-96 max-w-full flex-col gap-2 p-4 max-md:bottom-16"
          />
        ) : null}
      </Toast.Provider>
    </ShowContext>
  );
}

function ToastCard({ toast, onGone }: { readonly toast: ToastContent; readonly onGone: () => void }) {
  return (
    <Toast.Root
      type="background"
      onOpenChange={(open) => {
        if (!open) onGone();
      }}
      className="flex items-start gap-3 rounded-lg border border-line bg-paper p-4 shadow-lift data-[state=open]:animate-rise data-[swipe=end]:animate-leave"
    >
      {toast.picture ? <div className="shrink-0">{toast.picture}</div> : null}
      <div className="min-w-0 flex-1">
        <Toast.Title className="font-semibold">{toast.title}</Toast.Title>
        {toast.body ? <Toast.Description className="text-ink-2 text-small">{toast.body}</Toast.Description> : null}
        {toast.href ? (
          <Toast.Action asChild altText="Open the notification">
            <Link href={toast.href} className="mt-1 inline-block font-medium text-small underline underline-offset-4">
              Open
            </Link>
          </Toast.Action>
        ) : null}
      </div>
      <Toast.Close aria-label="Close" className="-m-2 grid size-9 place-items-center rounded-md text-ink-2 hover:bg-sunk hover:text-ink">
        <X aria-hidden="true" className="size-4" />
      </Toast.Close>
    </Toast.Root>
  );
}
