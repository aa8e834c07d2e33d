import type { OpsEventWay } from '@skelly/types/ops';
import clsx from 'clsx';
import { type Stage, shownWords, stagesOf } from './way-stages';

const fills: Record<Stage['tone'], string> = {
  waiting: 'fill-line',
  passing: 'fill-sky',
  done: 'fill-moss',
  failed: 'fill-ember',
};

/** The way of an event from what caused it to the screens that show it, drawn to scale. */
export function Way({ way }: { readonly way: OpsEventWay }) {
  const stages = stagesOf(way);
  const end = Math.max(1, ...stages.map(({ to }) => to ?? 0));
  const shown = shownWords(way);
  return (
    <>
      <ul>
        {stages.map((stage) => (
          <Line key={stage.id} stage={stage} end={end} />
        ))}
      </ul>
      {way.pushes.length > 0 ? (
        <div className="mt-2 text-small">
          <p role="status" className="font-medium">
            {shown}
          </p>
          <p className="mt-1 text-fine text-ink-2">
            Each process goes by its own clock. A screen’s time is counted back from when its report arrived.
          </p>
        </div>
      ) : null}
      {way.handlers.length + way.pushes.length === 0 ? (
        <p className="mt-2 text-ink-2 text-small">
          No handler waits for this event, and no page: it stands in the log.
        </p>
      ) : null}
    </>
  );
}

function Line({ stage, end }: { readonly stage: Stage; readonly end: number }) {
  const { name, word, tone, note } = stage;
  return (
    <li className="py-1.5">
      <div className="grid grid-cols-[minmax(0,184px)_minmax(0,1fr)_64px] items-center gap-3 text-small">
        <span className="truncate" title={name}>
          {name}
        </span>
        <Bar stage={stage} end={end} />
        <span className={clsx('tabular text-right', tone === 'failed' ? 'text-ember-ink' : 'text-ink-2')}>{word}</span>
      </div>
      {note ? (
        <p
          className={clsx(
            'font-mono text-fine [overflow-wrap:anywhere]',
            tone === 'failed' ? 'mt-1 rounded-sm bg-ember-soft px-2.5 py-1.5' : 'text-ink-2',
          )}
        >
          {note}
        </p>
      ) : null}
    </li>
  );
}

function Bar({ stage: { from, to, tone }, end }: { readonly stage: Stage; readonly end: number }) {
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
          className={fills[tone]}
        />
      )}
    </svg>
  );
}
