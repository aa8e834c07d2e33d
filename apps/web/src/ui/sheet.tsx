'use client';

import { X } from 'lucide';
import { type ReactNode, useEffect, useId, useRef } from 'react';
import { Icon } from './icon';

interface SheetProps {
  readonly title: string;
  /** Called when it has closed, by whatever way; the focus is back where it was. */
  readonly onClosed: () => void;
  readonly children: ReactNode;
}

/**
 * A dialog over the page on wide screens, a sheet from the bottom on a phone. It is the browser's own: nothing behind it can be
 * reached, escape and a click beside it close it. Render it to open it.
 */
export function Sheet({ title, onClosed, children }: SheetProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => {
    const opened = dialog.current;
    if (opened && !opened.open) opened.showModal();
    // It would begin at the button that closes it.
    opened?.querySelector<HTMLElement>('input, textarea')?.focus();
    return () => opened?.close();
  }, []);
  const close = () => dialog.current?.close();
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: escape closes it by itself
    <dialog
      ref={dialog}
      aria-labelledby={heading}
      // Told a moment late: by then it may be open again.
      onClose={() => !dialog.current?.open && onClosed()}
      onClick={(event) => event.target === event.currentTarget && close()}
      className="m-auto max-h-[88dvh] w-120 max-w-[calc(100vw-24px)] overflow-hidden overscroll-contain border border-line bg-paper p-0 text-ink shadow-lift backdrop:bg-socket/50 open:flex max-md:mb-0 max-md:w-full max-md:max-w-none max-md:rounded-t-lg max-md:border-x-0 max-md:border-b-0 max-md:open:animate-rise md:rounded-lg md:open:animate-pop"
    >
      <div className="flex min-h-0 w-full flex-col">
        <header className="flex min-h-14 shrink-0 items-center justify-between gap-4 border-line border-b pr-2.5 pl-5">
          <h2 id={heading} className="min-w-0 font-semibold [overflow-wrap:anywhere]">
            {title}
          </h2>
          <button
            type="button"
            onClick={close}
            aria-label="Close"
            className="grid size-9 shrink-0 place-items-center rounded-md text-ink-2 hover:bg-sunk hover:text-ink max-md:size-11"
          >
            <Icon of={X} className="size-4.5" />
          </button>
        </header>
        <div className="min-h-0 overflow-y-auto px-5 pt-4 pb-5 max-md:pb-[max(20px,env(safe-area-inset-bottom))]">
          {children}
        </div>
      </div>
    </dialog>
  );
}
