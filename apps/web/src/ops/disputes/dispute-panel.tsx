'use client';

import { X } from 'lucide';
import { useEffect, useRef } from 'react';
import { Skull } from '../../art/skull';
import { Button } from '../../ui/button';
import { Icon } from '../../ui/icon';
import { Bone, LoadingWord } from '../../ui/skeleton';
import { DisputeDetail } from './dispute-detail';
import { useDispute } from './use-dispute';

interface DisputePanelProps {
  /** The chosen request; empty for none. */
  readonly requestId: string;
  /** Changes when a request has moved: then the chosen one is read again. */
  readonly steps: number;
  readonly onClose: () => void;
}

/** The chosen dispute and the way to decide it: beside the list on wide screens, a sheet over it on a phone. */
export function DisputePanel({ requestId, steps, onClose }: DisputePanelProps) {
  const { state, request, take, retry } = useDispute(requestId, steps);
  const close = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    // On a phone the sheet covers the list, so the keyboard has to be in it.
    if (requestId && matchMedia('(max-width: 1023px)').matches) close.current?.focus();
  }, [requestId]);
  if (!requestId) return <NothingChosen />;
  return (
    <aside
      aria-label="Chosen dispute"
      className="relative min-h-0 overflow-y-auto overscroll-contain border-line border-l bg-paper max-lg:fixed max-lg:inset-0 max-lg:z-40 max-lg:animate-rise max-lg:border-l-0"
    >
      <button
        ref={close}
        type="button"
        onClick={onClose}
        aria-label="Close the dispute"
        className="absolute top-3.5 right-4 z-1 grid size-9 place-items-center rounded-md text-ink-2 hover:bg-sunk hover:text-ink max-md:size-11"
      >
        <Icon of={X} className="size-4.5" />
      </button>
      {request ? (
        <DisputeDetail key={request.requestId} request={request} onResolved={take} />
      ) : state === 'reading' ? (
        <DetailSkeleton />
      ) : (
        <Trouble missing={state === 'missing'} onRetry={retry} />
      )}
    </aside>
  );
}

function NothingChosen() {
  return (
    <aside
      aria-label="Chosen dispute"
      className="flex flex-col items-center justify-center border-line border-l bg-paper p-8 text-center max-lg:hidden"
    >
      <Skull className="size-14" />
      <p className="mt-4 font-medium">Choose a dispute to hear both sides</p>
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

function Trouble({ missing, onRetry }: { readonly missing: boolean; readonly onRetry: () => void }) {
  return (
    <div className="flex flex-col items-center px-8 py-20 text-center">
      <Skull mood={missing ? 'puzzled' : 'unplugged'} className="size-14" />
      <p role="alert" className="mt-4 font-medium">
        {missing ? 'There is no such request' : 'This request could not be read'}
      </p>
      <p className="mt-1 text-ink-2 text-small">
        {missing ? 'The address may have been cut off.' : 'Nothing is lost. Try again in a moment.'}
      </p>
      {missing ? null : (
        <Button look="secondary" className="mt-5" onClick={onRetry}>
          Try again
        </Button>
      )}
    </div>
  );
}

function DetailSkeleton() {
  return (
    <div className="px-5.5 py-4.5">
      <LoadingWord what="the dispute" />
      <Bone className="h-6 w-52" />
      <Bone className="mt-3 h-3.5 w-72 max-w-full" />
      {[0, 1, 2, 3].map((line) => (
        <Bone key={line} className="mt-4 h-4 w-full" />
      ))}
      <Bone className="mt-8 h-4 w-36" />
      {[0, 1, 2].map((line) => (
        <Bone key={line} className="mt-4 h-4 w-full" />
      ))}
      <Bone className="mt-8 h-32 w-full rounded-md" />
    </div>
  );
}
