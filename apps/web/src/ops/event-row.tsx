'use client';

import type { OpsEvent } from '@skelly/types/ops';
import clsx from 'clsx';
import { memo } from 'react';
import { clockTime, fullTime, shortId } from './format';
import { useHydrated } from '../ui/use-hydrated';
import { HandlerMarks } from './handler-marks';

interface EventRowProps {
  readonly row: OpsEvent;
  readonly chosen: boolean;
  readonly onChoose: (eventId: string) => void;
}

/** One event: a line on wide screens, two on a phone. The whole row is the button. */
export const EventRow = memo(function EventRow({ row, chosen, onChoose }: EventRowProps) {
  const hydrated = useHydrated();
  return (
    <div
      role="row"
      data-event={row.eventId}
      data-type={row.type}
      className={clsx(
        'event-grid relative min-h-[38px] items-center border-line border-b text-small [contain-intrinsic-size:auto_38px] [content-visibility:auto] hover:bg-sunk/50',
        chosen && 'bg-sunk',
      )}
    >
      <span role="cell" className="font-mono text-fine text-ink-2 max-md:order-2 max-md:text-right" title={hydrated ? fullTime(row.occurredAt) : undefined}>
        {hydrated ? clockTime(row.occurredAt) : null}
      </span>
      <span role="cell" className="min-w-0 max-md:order-1">
        <button
          type="button"
          aria-pressed={chosen}
          onClick={() => onChoose(row.eventId)}
          className="block max-w-full truncate font-medium after:absolute after:inset-0 focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:outline-sky focus-visible:after:-outline-offset-2"
        >
          {row.type}
        </button>
      </span>
      <span role="cell" className="truncate text-ink-2 max-md:order-3" title={row.subject}>
        {shortId(row.subject)}
      </span>
      <span role="cell" className="max-md:order-4 max-md:justify-self-end">
        <HandlerMarks handlers={row.handlers} />
      </span>
    </div>
  );
});
