'use client';

import { useCallback, useEffect, useState } from 'react';

type Dialogs = typeof import('./dialogs');

export type OpenDialog = 'top-up' | 'transfer' | null;

/** Milliseconds after which the dialogs are loaded though nobody has asked for one, so that they open at once, also offline. */
const LOAD_AFTER_MS = 1_500;

interface DialogsState {
  /** null until their script is here; it is no part of the page's first load. */
  readonly dialogs: Dialogs | null;
  readonly hasFailed: boolean;
  readonly open: OpenDialog;
  readonly show: (dialog: OpenDialog) => void;
  readonly prepare: () => void;
}

/** The dialogs of the wallet page, and which of them is open. */
export function useDialogs(): DialogsState {
  const [dialogs, setDialogs] = useState<Dialogs | null>(null);
  const [hasFailed, setFailed] = useState(false);
  const [open, setOpen] = useState<OpenDialog>(null);
  const prepare = useCallback(() => {
    setFailed(false);
    import('./dialogs').then(setDialogs, () => setFailed(true));
  }, []);
  useEffect(() => {
    const timer = setTimeout(prepare, LOAD_AFTER_MS);
    return () => clearTimeout(timer);
  }, [prepare]);
  const show = useCallback(
    (dialog: OpenDialog) => {
      setOpen(dialog);
      if (dialog) prepare();
    },
    [prepare],
  );
  return { dialogs, hasFailed: hasFailed && open !== null, open, show, prepare };
}
