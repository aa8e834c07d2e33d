'use client';

import { useLog } from '@skelly/client/react';
import type { OpsEventsResponse, OpsOverview } from '@skelly/types/ops';
import { useCallback, useEffect, useRef, useState } from 'react';
import { send } from '../http/send';
import { type EventLog, extendLog, holdLog, isMoving, openLog, refreshLog } from './event-log';
import { eventsPath } from './filter';

/** Signs that come closer together than this are answered by one read, milliseconds. */
const GATHER_MS = 120;
/** While handlers are on their way the page looks again this often, milliseconds… */
const LOOK_AGAIN_MS = 1000;
/** …and this many times after the last sign. */
const LOOKS = 30;

interface LiveLog {
  readonly log: EventLog;
  readonly overview: OpsOverview;
  /** `reading` while another filter's events are on their way. */
  readonly state: 'current' | 'reading' | 'failed';
  readonly hold: (held: boolean) => void;
  readonly loadOlder: () => Promise<boolean>;
  readonly retry: () => void;
}

interface LiveLogOptions {
  readonly events: OpsEventsResponse;
  readonly overview: OpsOverview;
  /** The type filter that `events` was read with. */
  readonly readFor: string;
  /** The type filter now. */
  readonly type: string;
}

/** The newest events of a filter and the figures, read again on every sign of the log's stream. */
export function useEventLog({ events, overview: firstOverview, readFor, type }: LiveLogOptions): LiveLog {
  const [log, setLog] = useState(() => openLog(events));
  const [overview, setOverview] = useState(firstOverview);
  const [state, setState] = useState<LiveLog['state']>('current');
  const shown = useRef(readFor);
  const looks = useRef(0);
  const asked = useRef(0);

  const read = useCallback(async () => {
    asked.current += 1;
    const turn = asked.current;
    const [page, figures] = await Promise.all([
      send<OpsEventsResponse>(eventsPath({ type }), { method: 'GET' }),
      send<OpsOverview>('/api/ops/overview', { method: 'GET' }),
    ]);
    if (figures.ok) setOverview(figures.data);
    // An answer that a later question has overtaken is old news, or another filter's.
    if (turn !== asked.current) return;
    if (!page.ok) return setState('failed');
    const anew = shown.current !== type;
    shown.current = type;
    setLog((now) => (anew ? openLog(page.data) : refreshLog(now, page.data)));
    setState('current');
  }, [type]);

  // The page was read afresh on the server, as after a gap in the stream.
  useEffect(() => {
    if (shown.current === readFor) setLog((now) => refreshLog(now, events));
    setOverview(firstOverview);
  }, [events, firstOverview, readFor]);

  useEffect(() => {
    if (shown.current === type) return;
    setState('reading');
    void read();
  }, [type, read]);

  const gathering = useRef<ReturnType<typeof setTimeout> | null>(null);
  useLog(
    () => {
      looks.current = LOOKS;
      gathering.current ??= setTimeout(() => {
        gathering.current = null;
        void read();
      }, GATHER_MS);
    },
    { since: events.stream },
  );
  useEffect(() => () => clearTimeout(gathering.current ?? undefined), []);

  useEffect(() => {
    if (!isMoving(log) || looks.current <= 0) return;
    const timer = setTimeout(() => {
      looks.current -= 1;
      void read();
    }, LOOK_AGAIN_MS);
    return () => clearTimeout(timer);
  }, [log, read]);

  const hold = useCallback((held: boolean) => setLog((now) => holdLog(now, held)), []);
  const loadOlder = useCallback(async () => {
    if (log.nextBefore === null) return true;
    const page = await send<OpsEventsResponse>(eventsPath({ type, before: log.nextBefore }), { method: 'GET' });
    if (page.ok) setLog((now) => extendLog(now, page.data));
    return page.ok;
  }, [log.nextBefore, type]);

  return { log, overview, state, hold, loadOlder, retry: read };
}
