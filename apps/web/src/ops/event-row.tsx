'use client';

import type { OpsEvent } from '@skelly/types/ops';
import clsx from 'clsx';
import { memo } from 'react';
import { useHydrated } from '../ui/use-hydrated';
import { clockTime, fullTime, shortId } from './format';
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
    <tr
      data-event={row.eventId}
      data-type={row.type}
      className={clsx(
        'event-grid relative min-h-[38px] items-center border-line border-b text-small [contain-intrinsic-block-size:auto_38px] [content-visibility:auto] hover:bg-sunk/50',
        chosen && 'bg-sunk',
      )}
    >
      <td
        className="font-mono text-fine text-ink-2 max-md:order-2 max-md:text-right"
        title={hydrated ? fullTime(row.occurredAt) : undefined}
      >
        {hydrated ? clockTime(row.occurredAt) : null}
      </td>
      <td className="min-w-0 max-md:order-1">
        <button
          type="button"
          aria-pressed={chosen}
          onClick={() => onChoose(row.eventId)}
          className="block max-w-full truncate font-medium after:absolute after:inset-0 focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:outline-sky focus-visible:after:-outline-offset-2"
        >
          {row.type}
        </button>
      </td>
      <td className="truncate text-ink-2 max-md:order-3" title={row.subject}>
        {shortId(row.subject)}
      </td>
      <td className="max-md:order-4 max-md:justify-self-end">
        <HandlerMarks handlers={row.handlers} />
      </td>
    </tr>
  );
});
