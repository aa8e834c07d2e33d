'use client';

import type { StatementEntry } from '@skelly/types/wallet';
import clsx from 'clsx';
import { ArrowDownLeft, ArrowUpRight, Clock, Gift, Undo2 } from 'lucide';
import { memo } from 'react';
import { Icon } from '../ui/icon';
import { RelativeTime } from '../ui/relative-time';
import { change } from './money';
import { daysOf, dayWords, rowsOf, type StatementRow } from './statement-rows';
import { balanceWords, type RowLook, rowWords } from './statement-words';

const looks: Record<RowLook, { readonly icon: typeof Clock; readonly className: string }> = {
  in: { icon: ArrowDownLeft, className: 'bg-moss-soft text-moss' },
  out: { icon: ArrowUpRight, className: 'bg-sunk text-ink' },
  held: { icon: Clock, className: 'bg-sun-soft text-sun' },
  back: { icon: Undo2, className: 'bg-sky-soft text-sky' },
  gift: { icon: Gift, className: 'bg-plum-soft text-plum' },
};

/** Lines by day, newest first. Their days are those of the browser's zone: the server never renders them. */
export function StatementList({ items }: { readonly items: readonly StatementEntry[] }) {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return daysOf(rowsOf(items), zone).map(({ day, rows }) => (
    <section key={day}>
      <h3 className="border-line border-t bg-bone/60 px-5 py-1.5 font-medium text-fine text-ink-2">
        {dayWords(day, zone, Date.now())}
      </h3>
      <ul>
        {rows.map((row) => (
          <Row key={row.entry.position} row={row} />
        ))}
      </ul>
    </section>
  ));
}

const Row = memo(function Row({ row }: { readonly row: StatementRow }) {
  const { entry } = row;
  const { title, line, look } = rowWords(row);
  return (
    <li
      data-entry={entry.kind}
      className="statement-grid min-h-16 items-center border-line border-t px-5 py-2.5 [contain-intrinsic-size:auto_4rem] [content-visibility:auto] first:border-t-0"
    >
      <span className={clsx('grid size-9 place-items-center rounded-md', looks[look].className)}>
        <Icon of={looks[look].icon} className="size-[18px]" />
      </span>
      <div className="min-w-0">
        <p className="break-words font-medium">{title}</p>
        <p className="text-ink-2 text-small">
          {line ? <span>{line}</span> : null}
          {line ? <span className="md:hidden"> · </span> : null}
          <RelativeTime at={entry.at} className="md:hidden" />
        </p>
      </div>
      <p
        className={clsx(
          'tabular text-right font-semibold max-md:col-start-3 max-md:row-start-1 max-md:self-start',
          entry.account === 'escrow' ? 'text-ink-2' : entry.amount > 0 && 'text-moss',
        )}
      >
        {change(entry.amount)}
        <span className="block font-normal text-fine text-ink-2 md:hidden">{balanceWords(entry)}</span>
      </p>
      <p className="tabular text-right text-ink-2 text-small max-md:hidden">{balanceWords(entry)}</p>
      <RelativeTime at={entry.at} className="text-right text-fine text-ink-2 max-md:hidden" />
    </li>
  );
});
