'use client';

import { X } from 'lucide';
import { type ReactNode, useEffect, useRef } from 'react';
import { Skull } from '../art/skull';
import { Button } from '../ui/button';
import { Icon } from '../ui/icon';
import { Bone, LoadingWord } from '../ui/skeleton';

interface SidePanelProps {
  /** What is chosen from the list, such as `event`. */
  readonly what: string;
  /** The id of what is chosen; empty for nothing. */
  readonly chosen: string;
  readonly state: 'reading' | 'current' | 'missing' | 'failed';
  /** What stands there while nothing is chosen. */
  readonly invitation: ReactNode;
  /** Why it may be missing. */
  readonly whyMissing: string;
  readonly onClose: () => void;
  readonly onRetry: () => void;
  /** The chosen one; null until it is read. */
  readonly children: ReactNode;
}

/** The one that is chosen from a list: beside it on wide screens, a sheet over it on a phone. */
export function SidePanel(props: SidePanelProps) {
  const { what, chosen, state, invitation, whyMissing, onClose, onRetry, children } = props;
  const close = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    // On a phone the sheet covers the list, so the keyboard has to be in it.
    if (chosen && matchMedia('(max-width: 1023px)').matches) close.current?.focus();
  }, [chosen]);
  if (!chosen) return <NothingChosen what={what}>{invitation}</NothingChosen>;
  return (
    <aside
      aria-label={`Chosen ${what}`}
      className="relative min-h-0 overflow-y-auto overscroll-contain border-line border-l bg-paper max-lg:fixed max-lg:inset-0 max-lg:z-40 max-lg:animate-rise max-lg:border-l-0"
    >
      <button
        ref={close}
        type="button"
        onClick={onClose}
        aria-label={`Close the ${what}`}
        className="absolute top-3.5 right-4 z-1 grid size-9 place-items-center rounded-md text-ink-2 hover:bg-sunk hover:text-ink max-md:size-11"
      >
        <Icon of={X} className="size-4.5" />
      </button>
      {children ??
        (state === 'reading' ? (
          <DetailSkeleton what={what} />
        ) : (
          <Trouble what={what} whyMissing={state === 'missing' ? whyMissing : null} onRetry={onRetry} />
        ))}
    </aside>
  );
}

function NothingChosen({ what, children }: { readonly what: string; readonly children: ReactNode }) {
  return (
    <aside
      aria-label={`Chosen ${what}`}
      className="flex flex-col items-center justify-center border-line border-l bg-paper p-8 text-center max-lg:hidden"
    >
      {children}
      <p className="mt-2 flex items-center gap-1.5 text-ink-2 text-small">
        <Key>j</Key>
        <Key>k</Key> through the list, <Key>esc</Key> to close
      </p>
    </aside>
  );
}

function Key({ children }: { readonly children: string }) {
  return <kbd className="rounded-sm border border-line px-1.5 font-mono text-fine">{children}</kbd>;
}

interface TroubleProps {
  readonly what: string;
  /** null: it is there, and could not be read. */
  readonly whyMissing: string | null;
  readonly onRetry: () => void;
}

function Trouble({ what, whyMissing, onRetry }: TroubleProps) {
  return (
    <div className="flex flex-col items-center px-8 py-20 text-center">
      <Skull mood={whyMissing ? 'puzzled' : 'unplugged'} className="size-14" />
      <p role="alert" className="mt-4 font-medium">
        {whyMissing ? `There is no such ${what}` : `This ${what} could not be read`}
      </p>
      <p className="mt-1 text-ink-2 text-small">{whyMissing ?? 'Nothing is lost. Try again in a moment.'}</p>
      {whyMissing ? null : (
        <Button look="secondary" className="mt-5" onClick={onRetry}>
          Try again
        </Button>
      )}
    </div>
  );
}

function DetailSkeleton({ what }: { readonly what: string }) {
  return (
    <div className="px-5.5 py-4.5">
      <LoadingWord what={`the ${what}`} />
      <Bone className="h-6 w-52" />
      <Bone className="mt-3 h-3.5 w-72 max-w-full" />
      {[0, 1, 2, 3].map((line) => (
        <Bone key={line} className="mt-4 h-4 w-full" />
      ))}
      <Bone className="mt-8 h-4 w-36" />
      {[0, 1, 2, 3].map((line) => (
        <Bone key={line} className="mt-4 h-4 w-full" />
      ))}
      <Bone className="mt-8 h-32 w-full rounded-md" />
    </div>
  );
}
