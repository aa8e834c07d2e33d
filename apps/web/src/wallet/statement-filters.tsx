'use client';

import type { StatementFilter, TransferKind, WalletAccount } from '@skelly/types/wallet';
import { Download } from 'lucide';
import { useState } from 'react';
import { buttonClass } from '../ui/button';
import { ChoiceTabs } from '../ui/choice-tabs';
import { Icon } from '../ui/icon';
import { Select } from '../ui/select';
import { accountNames, daysAgo, exportPath, kindNames } from './filter';

type Account = WalletAccount | 'all';
type Kind = TransferKind | 'all';

const accounts = [{ value: 'all' as Account, name: 'All' }, ...named(accountNames)];
const kinds = [{ value: 'all' as Kind, name: 'Every kind' }, ...named(kindNames)];
const spans = [
  { value: 'any', name: 'Any time' },
  { value: '7', name: 'Last 7 days' },
  { value: '30', name: 'Last 30 days' },
  { value: '90', name: 'Last 90 days' },
  { value: 'choose', name: 'Choose days' },
] as const;
type Span = (typeof spans)[number]['value'];

interface StatementFiltersProps {
  readonly filter: StatementFilter;
  readonly set: (name: string, value: string) => void;
}

/** Which lines are shown, by account, kind and time, and the same lines as a file. All of it stands in the address. */
export function StatementFilters({ filter, set }: StatementFiltersProps) {
  const [isChoosing, setChoosing] = useState(false);
  const span = spanOf(filter, isChoosing);
  const chooseSpan = (next: Span) => {
    setChoosing(next === 'choose');
    if (next === 'choose') return;
    set('from', next === 'any' ? '' : daysAgo(Number(next), Date.now()));
    set('to', '');
  };
  return (
    <div className="flex flex-wrap items-center gap-x-2.5 gap-y-2 px-5 pb-4">
      <ChoiceTabs
        label="Account"
        choices={accounts}
        chosen={filter.account ?? 'all'}
        onChoose={(account) => set('account', account === 'all' ? '' : account)}
      />
      <Select
        label="Kind"
        choices={kinds}
        chosen={filter.kind ?? 'all'}
        onChoose={(kind) => set('kind', kind === 'all' ? '' : kind)}
      />
      <Select label="Time" choices={spans} chosen={span} onChoose={chooseSpan} />
      <a href={exportPath(filter)} download className={buttonClass('quiet', 'ml-auto h-8 max-sm:w-11 max-sm:px-0')}>
        <Icon of={Download} className="size-4" />
        <span className="max-sm:sr-only">Export</span>
      </a>
      {span === 'choose' ? (
        <div className="flex w-full flex-wrap gap-3">
          <Day label="From" value={filter.from ?? ''} max={filter.to} onChange={(day) => set('from', day)} />
          <Day label="To" value={filter.to ?? ''} min={filter.from} onChange={(day) => set('to', day)} />
        </div>
      ) : null}
    </div>
  );
}

interface DayProps {
  readonly label: string;
  readonly value: string;
  readonly min?: string | undefined;
  readonly max?: string | undefined;
  readonly onChange: (day: string) => void;
}

function Day({ label, value, min, max, onChange }: DayProps) {
  return (
    <label className="flex items-center gap-2 text-ink-2 text-small">
      {label}
      <input
        type="date"
        value={value}
        min={min}
        max={max}
        onChange={(event) => onChange(event.target.value)}
        className="h-9 rounded-md border border-line bg-paper px-2.5 text-ink max-md:h-11"
      />
    </label>
  );
}

function spanOf({ from, to }: StatementFilter, isChoosing: boolean): Span {
  if (isChoosing) return 'choose';
  if (!from && !to) return 'any';
  const known = spans.find(({ value }) => Number(value) > 0 && daysAgo(Number(value), Date.now()) === from);
  return to || !known ? 'choose' : known.value;
}

function named<Name extends string>(names: Record<Name, string>): { readonly value: Name; readonly name: string }[] {
  return (Object.entries(names) as [Name, string][]).map(([value, name]) => ({ value, name }));
}
