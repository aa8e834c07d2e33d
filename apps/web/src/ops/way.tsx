import type { HandlerStatus, OpsEventWay } from '@skelly/types/ops';
import clsx from 'clsx';
import { duration } from './format';

interface Stage {
  readonly id: string;
  readonly name: string;
  /** Milliseconds since the event occurred; null while it has not begun. */
  readonly from: number | null;
  readonly to: number | null;
  readonly word: string;
  readonly colour: string;
  readonly note?: string | null;
}

const colours: Record<HandlerStatus, string> = {
  waiting: 'fill-line',
  running: 'fill-sky',
  finished: 'fill-moss',
  retrying: 'fill-ember',
  dead: 'fill-ember',
};

/** The way of an event from commit to its last handler, drawn to scale. */
export function Way({ way }: { readonly way: OpsEventWay }) {
  const stages = stagesOf(way);
  const end = Math.max(1, ...stages.map(({ to }) => to ?? 0));
  if (way.handlers.length === 0) {
    return (
      <p className="text-ink-2 text-small">
        No handler waits for this event: it stands in the log and goes to browsers.
      </p>
    );
  }
  return (
    <ul>
      {stages.map((stage) => (
        <li key={stage.id} className="py-1.5">
          <div className="grid grid-cols-[minmax(0,184px)_minmax(0,1fr)_64px] items-center gap-3 text-small">
            <span className="truncate" title={stage.name}>
              {stage.name}
            </span>
            <Bar stage={stage} end={end} />
            <span
              className={clsx('tabular text-right', stage.colour === 'fill-ember' ? 'text-ember-ink' : 'text-ink-2')}
            >
              {stage.word}
            </span>
          </div>
          {stage.note ? (
            <p className="mt-1 rounded-sm bg-ember-soft px-2.5 py-1.5 font-mono text-fine [overflow-wrap:anywhere]">
              {stage.note}
            </p>
          ) : null}
        </li>
      ))}
    </ul>
  );
}

function Bar({ stage: { from, to, colour }, end }: { readonly stage: Stage; readonly end: number }) {
  const left = from === null ? 0 : (from / end) * 100;
  const width = from === null ? 0 : Math.max(1.5, (((to ?? end) - from) / end) * 100);
  return (
    <svg aria-hidden="true" className="h-2 w-full">
      <rect width="100%" height="8" rx="3" className="fill-sunk" />
      {from === null ? null : (
        <rect
          x={`${Math.min(left, 98.5)}%`}
          width={`${Math.min(width, 100 - Math.min(left, 98.5))}%`}
          height="8"
          rx="3"
          className={colour}
        />
      )}
    </svg>
  );
}

function stagesOf(way: OpsEventWay): Stage[] {
  const zero = Date.parse(way.occurredAt);
  const since = (at: string | null) => (at === null ? null : Math.max(0, Date.parse(at) - zero));
  const first = (times: readonly (number | null)[]) =>
    times.reduce((least, time) => (time !== null && (least === null || time < least) ? time : least), null);
  const relayed = first(way.handlers.map(({ relayedAt }) => since(relayedAt)));
  const received = first(way.handlers.map(({ receivedAt }) => since(receivedAt)));
  return [
    step('relayed', 'Relayed', 0, relayed),
    step('received', 'Received', relayed, received),
    ...way.handlers.map((handler): Stage => {
      const from = since(handler.startedAt);
      const to = since(handler.finishedAt);
      const word =
        handler.status === 'finished' && from !== null && to !== null
          ? duration(to - from)
          : handler.status === 'retrying'
            ? `try ${handler.attempt}`
            : handler.status;
      return {
        id: handler.handler,
        name: handler.handler,
        from,
        to,
        word,
        colour: colours[handler.status],
        note: handler.error,
      };
    }),
  ];
}

function step(id: string, name: string, from: number | null, to: number | null): Stage {
  return {
    id,
    name,
    from: to === null ? null : (from ?? 0),
    to,
    word: to === null ? 'waiting' : duration(to - (from ?? 0)),
    colour: 'fill-sky',
  };
}
