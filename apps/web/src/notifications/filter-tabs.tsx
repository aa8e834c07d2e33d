'use client';

import type { InboxFilter } from '@skelly/types/notification';
import clsx from 'clsx';

const labels: Record<InboxFilter, string> = { all: 'Inbox', unread: 'Unread', archived: 'Archive' };
const filters = Object.keys(labels) as InboxFilter[];

/** Which part an address asks for; anything else is all of the inbox. */
export function filterOf(show: string): InboxFilter {
  return filters.find((filter) => filter === show) ?? 'all';
}

interface FilterTabsProps {
  readonly chosen: InboxFilter;
  readonly onChoose: (filter: InboxFilter) => void;
}

/** The parts of the inbox; which one is shown stands in the address. */
export function FilterTabs({ chosen, onChoose }: FilterTabsProps) {
  return (
    <fieldset className="flex gap-1.5">
      <legend className="sr-only">Show</legend>
      {filters.map((filter) => (
        <button
          key={filter}
          type="button"
          aria-pressed={filter === chosen}
          onClick={() => onChoose(filter)}
          className={clsx(
            'h-8 rounded-full px-3.5 text-small max-md:h-11',
            filter === chosen ? 'bg-ink text-bone' : 'bg-sunk text-ink-2 hover:text-ink',
          )}
        >
          {labels[filter]}
        </button>
      ))}
    </fieldset>
  );
}
