import type { OpsOverview } from '@skelly/types/ops';
import clsx from 'clsx';
import { LiveNumber } from '../ui/live-number';

/** How things stand, in four figures. Ember only where somebody has to look. */
export function Figures({ overview }: { readonly overview: OpsOverview }) {
  const figures = [
    { id: 'registrations', name: 'Registrations', value: overview.registrations },
    { id: 'events', name: 'Events today', value: overview.eventsToday },
    { id: 'outbox', name: 'In the outbox', value: overview.outboxPending },
    { id: 'dead', name: 'Dead letters', value: overview.deadLetters, alarming: overview.deadLetters > 0 },
  ];
  return (
    <dl className="grid grid-cols-4 border-line border-b max-md:grid-cols-2">
      {figures.map(({ id, name, value, alarming }) => (
        <div
          key={id}
          data-figure={id}
          className="flex min-h-14 items-center justify-between gap-3 border-line px-5.5 py-2 not-last:border-r max-md:px-4 max-md:nth-2:border-r-0 max-md:nth-[-n+2]:border-b"
        >
          <dt className="text-ink-2 text-small">{name}</dt>
          <dd className={clsx('font-semibold font-title text-lead', alarming && 'text-ember-ink')}>
            <LiveNumber value={value} />
          </dd>
        </div>
      ))}
    </dl>
  );
}
