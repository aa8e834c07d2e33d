'use client';

import { X } from 'lucide';
import { type ReactNode, useId, useLayoutEffect, useRef } from 'react';
import { Icon } from './icon';

interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/**
 * Something to do before the page goes on: a dialog on wide screens, a sheet at the bottom on a phone. It is open while it is
 * rendered. It is the browser's own, so focus stays within and goes back afterwards; escape and a click beside it close it. An
 * enter that is held down does one step of it, not all.
 */
export function Dialog({ title, onClose, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useLayoutEffect(() => {
    const shown = dialog.current;
    shown?.showModal();
    // With a finger the keyboard would cover what there is to read first.
    const first = matchMedia('(pointer: coarse)').matches ? null : shown?.querySelector<HTMLElement>('input, textarea');
    (first ?? shown)?.focus();
    // Before it leaves the page: only then the browser gives the focus back.
    return () => shown?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      aria-labelledby={id}
      tabIndex={-1}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => {
        if (event.target === event.currentTarget) onClose();
      }}
      onKeyDown={(event) => {
        const isHeld = event.key === 'Enter' && event.repeat;
        if (isHeld && !(event.target instanceof HTMLTextAreaElement)) event.preventDefault();
      }}
      className="m-auto w-110 max-w-[calc(100vw-24px)] overflow-y-auto overscroll-contain rounded-lg border border-line bg-paper text-ink shadow-lift outline-none backdrop:bg-socket/50 open:animate-pop max-md:mb-0 max-md:max-h-[88dvh] max-md:w-full max-md:max-w-none max-md:rounded-b-none max-md:border-x-0 max-md:border-b-0 max-md:open:animate-rise"
    >
      <div className="px-5 pt-4 pb-5 max-md:pb-[calc(20px+env(safe-area-inset-bottom))]">
        <header className="mb-4 flex items-center justify-between gap-4">
          <h2 id={id} className="min-w-0 font-semibold font-title text-lead tracking-tight [overflow-wrap:anywhere]">
            {title}
          </h2>
          <button
            type="button"
            onClick={onClose}
            aria-label="Close"
            className="-mr-2 grid size-9 shrink-0 place-items-center rounded-md text-ink-2 hover:bg-sunk hover:text-ink max-md:size-11"
          >
            <Icon of={X} className="size-4.5" />
          </button>
        </header>
        {children}
      </div>
    </dialog>
  );
}
