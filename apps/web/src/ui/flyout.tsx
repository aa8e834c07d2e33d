'use client';

import clsx from 'clsx';
import {
  type ComponentType,
  type CSSProperties,
  type ReactNode,
  useCallback,
  useEffect,
  useId,
  useRef,
  useState,
} from 'react';

export interface FlyoutPanelProps {
  readonly close: () => void;
}

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
  /** Loads what is rendered while it is open. A function that stays the same, as `() => import('./panel')` beside the component. */
  readonly load: () => Promise<ComponentType<FlyoutPanelProps>>;
}

/** Milliseconds after which a panel that nobody has asked for yet is loaded all the same, so that it opens without a network. */
const LOAD_AFTER_MS = 2_000;

/** Space between button, panel and the edges of the window, in pixels. */
const GAP = 8;

/**
 * A button with a panel: under it on wide screens, a sheet at the bottom on a phone. It is the browser's own popover, so
 * escape and a click elsewhere close it, and focus goes back by itself. The script of what is within is no part of the page's first load.
 */
export function Flyout({ label, buttonLabel, button, buttonClass, panelClass, onOpen, load }: FlyoutProps) {
  const id = useId();
  const trigger = useRef<HTMLButtonElement>(null);
  const panel = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState(false);
  const [place, setPlace] = useState<CSSProperties>({});
  const { Panel, hasFailed, fetchPanel } = usePanel(load);
  const close = useCallback(() => panel.current?.hidePopover(), []);

  const onToggle = (isOpen: boolean) => {
    setOpen(isOpen);
    if (!isOpen || !trigger.current) return;
    fetchPanel();
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
        onPointerEnter={fetchPanel}
        onFocus={fetchPanel}
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
        {open && Panel ? <Panel close={close} /> : null}
        {open && !Panel ? (
          <p role="status" className="px-5 py-4 text-ink-2 text-small">
            {hasFailed ? 'This could not be loaded. Open it again once you are online.' : 'Loading…'}
          </p>
        ) : null}
      </div>
    </>
  );
}

function usePanel(load: FlyoutProps['load']) {
  const [Panel, setPanel] = useState<ComponentType<FlyoutPanelProps> | null>(null);
  const [hasFailed, setHasFailed] = useState(false);
  const fetchPanel = useCallback(() => {
    setHasFailed(false);
    load().then(
      (loaded) => setPanel(() => loaded),
      () => setHasFailed(true),
    );
  }, [load]);
  useEffect(() => {
    const timer = setTimeout(fetchPanel, LOAD_AFTER_MS);
    return () => clearTimeout(timer);
  }, [fetchPanel]);
  return { Panel, hasFailed, fetchPanel };
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
