'use client';

import type { InboxFilter } from '@skelly/types/notification';
import { ChoiceTabs } from '../ui/choice-tabs';

const labels: Record<InboxFilter, string> = { all: 'Inbox', unread: 'Unread', archived: 'Archive' };
const filters = Object.keys(labels) as InboxFilter[];
const choices = filters.map((value) => ({ value, name: labels[value] }));

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
  return <ChoiceTabs label="Show" choices={choices} chosen={chosen} onChoose={onChoose} />;
}
