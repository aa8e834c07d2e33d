'use client';

import type { StatementResponse } from '@skelly/types/wallet';
import clsx from 'clsx';
import { ArrowUp } from 'lucide';
import { useEffect, useMemo, useRef } from 'react';
import { Skull } from '../art/skull';
import { Button } from '../ui/button';
import { Card } from '../ui/card';
import { Icon } from '../ui/icon';
import { Notice } from '../ui/notice';
import { ShowOlder } from '../ui/show-older';
import { useAddress } from '../ui/use-address';
import { LineBones } from './below-skeleton';
import { filterOf, isFiltered } from './filter';
import type { RefreshLink } from './refresh-link';
import { waitingLines } from './statement';
import { StatementFilters } from './statement-filters';
import { StatementList } from './statement-list';
import { useHold } from './use-hold';
import { useStatement } from './use-statement';

interface StatementCardProps {
  /** As the server read it, and with which path; null when it could not. */
  readonly first: StatementResponse | null;
  readonly readFor: string;
  /** Tells of changes of the wallet. */
  readonly changes: RefreshLink;
  readonly onTopUp: () => void;
}

/** Every line of the wallet. New ones flow in at the top, unless somebody is reading just there. */
export function StatementCard({ first, readFor, changes, onTopUp }: StatementCardProps) {
  const { get, set } = useAddress();
  const filter = useMemo(() => filterOf(get), [get]);
  const { statement, state, hold, showNew, refresh, loadOlder } = useStatement({ filter, first, readFor });
  useEffect(() => changes.connect(refresh), [changes, refresh]);
  const list = useRef<HTMLDivElement>(null);
  useHold(list, hold);
  const { count, isMore } = statement ? waitingLines(statement) : { count: 0, isMore: false };
  // The button that does it goes with what it has done: whoever uses the keyboard goes on from the beginning of the lines.
  const goOn = () => list.current?.focus({ preventScroll: true });
  const clear = () => {
    goOn();
    for (const name of ['account', 'kind', 'from', 'to']) set(name, '');
  };
  return (
    <Card title="Statement">
      <StatementFilters filter={filter} set={set} />
      {state === 'failed' ? (
        <Notice
          tone="held"
          role="alert"
          title={statement ? 'The statement is not current' : 'The statement could not be read'}
          className="mx-5 mb-4"
        >
          <p>Nothing is lost. Try again in a moment.</p>
          <Button look="secondary" className="mt-2" onClick={() => void refresh()}>
            Try again
          </Button>
        </Notice>
      ) : null}
      <div ref={list} tabIndex={-1} aria-busy={state === 'reading'} className="relative scroll-mt-3 outline-none">
        {count > 0 ? (
          <div className="pointer-events-none sticky top-3 z-10 flex h-0 justify-center">
            <button
              type="button"
              onClick={() => {
                showNew();
                goOn();
                if ((list.current?.getBoundingClientRect().top ?? 0) < 0) list.current?.scrollIntoView();
              }}
              className="tabular pointer-events-auto flex h-8 animate-pop items-center gap-1.5 rounded-full bg-ember-ink px-3.5 font-medium text-on-ember text-small shadow-lift max-md:h-11"
            >
              <Icon of={ArrowUp} className="size-4" />
              {count}
              {isMore ? '+' : ''} new
            </button>
          </div>
        ) : null}
        {!statement && state === 'reading' ? <LineBones /> : null}
        {statement && statement.items.length === 0 ? (
          <NoLines isFiltered={isFiltered(filter)} onClear={clear} onTopUp={onTopUp} />
        ) : null}
        {statement && statement.items.length > 0 ? (
          <div className={clsx('transition-opacity', state === 'reading' && 'opacity-50')}>
            <StatementList items={statement.items} />
          </div>
        ) : null}
      </div>
      {statement && statement.nextCursor !== null ? (
        <ShowOlder load={loadOlder} what="Older lines" className="border-line border-t px-5 py-4" />
      ) : null}
    </Card>
  );
}

interface NoLinesProps {
  readonly isFiltered: boolean;
  readonly onClear: () => void;
  readonly onTopUp: () => void;
}

function NoLines({ isFiltered: filtered, onClear, onTopUp }: NoLinesProps) {
  return (
    <div className="flex flex-col items-center border-line border-t px-6 py-12 text-center">
      <Skull mood={filtered ? 'puzzled' : 'asleep'} className="size-14" />
      <p className="mt-4 font-medium">{filtered ? 'Nothing like this' : 'Nothing has moved yet'}</p>
      <p className="mt-1 max-w-76 text-ink-2 text-small">
        {filtered
          ? 'What comes shows up here by itself.'
          : 'Whatever comes in or goes out stands here the moment it happens. Top up to begin.'}
      </p>
      <Button look="secondary" className="mt-5" onClick={filtered ? onClear : onTopUp}>
        {filtered ? 'Show everything' : 'Top up'}
      </Button>
    </div>
  );
}
