'use client';

import type { OpsEventsResponse, OpsOverview } from '@skelly/types/ops';
import { useCallback, useEffect, useRef } from 'react';
import { useAddress } from '../ui/use-address';
import { shownRows } from './event-log';
import { EventPanel } from './event-panel';
import { EventTable } from './event-table';
import { Figures } from './figures';
import { cleanType } from './filter';
import { FilterBar } from './filter-bar';
import { useEventLog } from './use-event-log';

interface ConsoleProps {
  readonly events: OpsEventsResponse;
  readonly overview: OpsOverview;
  readonly readFor: string;
}

/** The events of the log as they happen, and the whole way of the one that is chosen. */
export function Console({ events, overview, readFor }: ConsoleProps) {
  const address = useAddress();
  const type = cleanType(address.get('type'));
  const chosen = address.get('event');
  const live = useEventLog({ events, overview, readFor, type });
  const { rows, waiting, isMore } = shownRows(live.log);
  const filter = useRef<HTMLInputElement>(null);

  const choose = useCallback((eventId: string) => address.set('event', eventId), [address.set]);

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.metaKey || event.ctrlKey || event.altKey) return;
      const typing = event.target instanceof HTMLInputElement;
      if (event.key === 'Escape') {
        // An open panel of the header takes the key for itself.
        if (document.querySelector(':popover-open')) return;
        if (chosen) focusRow(chosen);
        return choose('');
      }
      if (typing) return;
      if (event.key === '/') {
        event.preventDefault();
        return filter.current?.focus();
      }
      if (event.key !== 'j' && event.key !== 'k') return;
      const at = rows.findIndex((row) => row.eventId === chosen);
      const next = rows[at === -1 ? 0 : at + (event.key === 'j' ? 1 : -1)];
      if (!next) return;
      choose(next.eventId);
      focusRow(next.eventId);
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [rows, chosen, choose]);

  const row = rows.find((candidate) => candidate.eventId === chosen);
  return (
    <div className="grid min-h-0 flex-1 grid-cols-[minmax(0,1fr)] grid-rows-[auto_minmax(0,1fr)]">
      <Figures overview={live.overview} />
      <div className="grid min-h-0 grid-cols-[minmax(0,1fr)] lg:grid-cols-[minmax(0,5fr)_minmax(0,3fr)]">
        <div className="grid min-h-0 min-w-0 grid-cols-[minmax(0,1fr)] grid-rows-[auto_minmax(0,1fr)]">
          <FilterBar ref={filter} type={type} onType={(value) => address.set('type', value)} />
          <EventTable
            rows={rows}
            waiting={waiting}
            isMore={isMore}
            state={live.state}
            filtered={type !== ''}
            chosen={chosen}
            more={live.log.nextBefore !== null}
            onChoose={choose}
            onHold={live.hold}
            onOlder={live.loadOlder}
            onRetry={live.retry}
            onClear={() => address.set('type', '')}
          />
        </div>
        <EventPanel
          eventId={chosen}
          progress={row ? row.handlers.map(({ status, attempt }) => `${status}${attempt}`).join() : ''}
          onClose={() => {
            focusRow(chosen);
            choose('');
          }}
        />
      </div>
    </div>
  );
}

function focusRow(eventId: string): void {
  document.querySelector<HTMLElement>(`[data-event="${CSS.escape(eventId)}"] button`)?.focus();
}
