'use client';

import type { OpsEvent } from '@skelly/types/ops';
import clsx from 'clsx';
import { ArrowUp } from 'lucide';
import { useRef } from 'react';
import { Skull } from '../art/skull';
import { Button } from '../ui/button';
import { Icon } from '../ui/icon';
import { Notice } from '../ui/notice';
import { ShowOlder } from '../ui/show-older';
import { EventRow } from './event-row';

/** Closer to the top than this, in pixels, the list flows; below, it keeps its place. */
const TOP_PX = 8;

interface EventTableProps {
  readonly rows: readonly OpsEvent[];
  /** New rows above the ones that are shown. */
  readonly waiting: number;
  /** Whether there are more of them than were read. */
  readonly isMore: boolean;
  readonly state: 'current' | 'reading' | 'failed';
  readonly filtered: boolean;
  readonly chosen: string;
  readonly more: boolean;
  readonly onChoose: (eventId: string) => void;
  readonly onHold: (held: boolean) => void;
  readonly onOlder: () => Promise<boolean>;
  readonly onRetry: () => void;
  readonly onClear: () => void;
}

/** The events, newest first. It follows the log at the top and stands still for whoever reads further down. */
export function EventTable(props: EventTableProps) {
  const { rows, waiting, isMore, state, filtered, chosen, more, onChoose, onHold, onOlder, onRetry, onClear } = props;
  const scroller = useRef<HTMLElement>(null);
  const toTop = () => {
    scroller.current?.scrollTo({ top: 0 });
    onHold(false);
  };
  return (
    <div className="relative min-h-0">
      {waiting > 0 ? (
        <button
          type="button"
          onClick={toTop}
          className="-translate-x-1/2 tabular absolute top-12 left-1/2 z-10 flex h-8 animate-pop items-center gap-1.5 rounded-full bg-ember-ink px-3.5 font-medium text-on-ember text-small shadow-lift max-md:top-3 max-md:h-11"
        >
          <Icon of={ArrowUp} className="size-4" />
          {waiting}
          {isMore ? '+' : ''} new
        </button>
      ) : null}
      <section
        ref={scroller}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        aria-label="Events, newest first"
        aria-busy={state === 'reading'}
        onScroll={(event) => onHold(event.currentTarget.scrollTop > TOP_PX)}
        className="-outline-offset-2 h-full overflow-y-auto overscroll-contain [overflow-anchor:none]"
      >
        {state === 'failed' ? (
          <Notice tone="held" role="alert" title="The list is not current" className="m-3">
            <button type="button" onClick={onRetry} className="font-medium text-ink underline underline-offset-4">
              Read it again
            </button>
          </Notice>
        ) : null}
        {rows.length === 0 ? (
          <NoEvents filtered={filtered} onClear={onClear} />
        ) : (
          <table
            aria-label="Events"
            className={clsx('block w-full transition-opacity', state === 'reading' && 'opacity-50')}
          >
            <thead className="sticky top-0 z-5 block bg-bone max-md:hidden">
              <tr className="event-grid h-9 items-center border-line border-b text-fine text-ink-2">
                {['Time', 'Event', 'Subject', 'Handlers'].map((name) => (
                  <th key={name} scope="col" className="text-left font-normal">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody className="block">
              {rows.map((row) => (
                <EventRow key={row.eventId} row={row} chosen={row.eventId === chosen} onChoose={onChoose} />
              ))}
            </tbody>
          </table>
        )}
        {more && rows.length > 0 ? <ShowOlder load={onOlder} what="Older events" className="p-4" /> : null}
      </section>
    </div>
  );
}

function NoEvents({ filtered, onClear }: { readonly filtered: boolean; readonly onClear: () => void }) {
  return (
    <div className="flex flex-col items-center px-6 py-16 text-center">
      <Skull mood={filtered ? 'puzzled' : 'asleep'} className="size-14" />
      <p className="mt-4 font-medium">{filtered ? 'No event of this type' : 'No events yet'}</p>
      <p className="mt-1 max-w-80 text-ink-2 text-small">
        {filtered
          ? 'One that comes shows up here by itself.'
          : 'The first registration shows up here the moment it happens.'}
      </p>
      {filtered ? (
        <Button look="secondary" className="mt-5" onClick={onClear}>
          Show all events
        </Button>
      ) : null}
    </div>
  );
}
