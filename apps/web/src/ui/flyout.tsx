'use client';

import clsx from 'clsx';
import { type CSSProperties, type ReactNode, useCallback, useId, useRef, useState } from 'react';

interface FlyoutProps {
  /** Names the panel, and the button too when it shows no words. */
  readonly label: string;
  /** What the button is called, if not as the panel. */
  readonly buttonLabel?: string | undefined;
  readonly button: ReactNode;
  readonly buttonClass: string;
  /** Its width on a wide screen, and nothing about its place. */
  readonly panelClass: string;
  /** Called each time it opens. */
  readonly onOpen?: () => void;
  /** Rendered while it is open. */
  readonly children: (close: () => void) => ReactNode;
}

/** Space between button, panel and the edges of the window, in pixels. */
const GAP = 8;

/**
 * A button with a panel: under it on wide screens, a sheet at the bottom on a phone. It is the browser's own popover, so
 * escape and a click elsewhere close it, focus goes back by itself, and it costs no script to load.
 */
export function Flyout({ label, buttonLabel, button, buttonClass, panelClass, onOpen, children }: FlyoutProps) {
  const id = useId();
  const trigger = useRef<HTMLButtonElement>(null);
  const panel = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState(false);
  const [place, setPlace] = useState<CSSProperties>({});
  const close = useCallback(() => panel.current?.hidePopover(), []);

  const onToggle = (isOpen: boolean) => {
    setOpen(isOpen);
    if (!isOpen || !trigger.current) return;
    onOpen?.();
    setPlace(under(trigger.current.getBoundingClientRect()));
    panel.current?.focus({ preventScroll: true });
  };
  return (
    <>
      <button
        ref={trigger}
        type="button"
        popoverTarget={id}
        aria-haspopup="dialog"
        aria-expanded={open}
        aria-label={buttonLabel}
        className={buttonClass}
      >
        {button}
      </button>
      <div
        ref={panel}
        id={id}
        popover="auto"
        role="dialog"
        aria-label={label}
        tabIndex={-1}
        onToggle={(event) => onToggle(event.newState === 'open')}
        // Only a panel that is open has one: markup from the server carries no style attribute.
        {...(open ? { style: place } : {})}
        className={clsx(
          'inset-auto m-0 overflow-hidden border border-line bg-paper text-ink shadow-lift outline-none',
          'open:flex open:flex-col md:max-w-[calc(100vw-24px)] md:rounded-lg md:open:animate-pop',
          'max-md:inset-x-0 max-md:bottom-0 max-md:max-h-[80dvh] max-md:w-full max-md:max-w-none max-md:rounded-t-lg max-md:border-x-0 max-md:border-b-0 max-md:pb-[env(safe-area-inset-bottom)] max-md:backdrop:bg-socket/50 max-md:open:animate-rise',
          panelClass,
        )}
      >
        {open ? children(close) : null}
      </div>
    </>
  );
}

function under(button: DOMRect): CSSProperties {
  if (!matchMedia('(min-width: 48rem)').matches) return {};
  const top = button.bottom + GAP;
  return {
    top,
    right: Math.max(GAP, document.documentElement.clientWidth - button.right),
    maxHeight: Math.max(160, window.innerHeight - top - GAP),
  };
}
