'use client';

import { useConnection, useLog } from '@skelly/client/react';
import type { OpsEventsResponse, OpsOverview } from '@skelly/types/ops';
import { useCallback, useEffect, useRef, useState } from 'react';
import { send } from '../http/send';
import { type EventLog, extendLog, holdLog, isMoving, openLog, refreshLog } from './event-log';
import { eventsPath } from './filter';
import { createGather, type Gather } from './gather';

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
  const wanted = useRef(type);
  const looks = useRef(LOOKS);

  const read = useCallback(async () => {
    const asked = wanted.current;
    const [page, figures] = await Promise.all([
      send<OpsEventsResponse>(eventsPath({ type: asked }), { method: 'GET' }),
      send<OpsOverview>('/api/ops/overview', { method: 'GET' }),
    ]);
    if (figures.ok) setOverview(figures.data);
    // Meanwhile another filter was chosen: these are not its events.
    if (wanted.current !== asked) return;
    if (!page.ok) return setState('failed');
    const anew = shown.current !== asked;
    shown.current = asked;
    setLog((now) => (anew ? openLog(page.data) : refreshLog(now, page.data)));
    setState('current');
  }, []);

  // The page was read afresh on the server, as after a gap in the stream.
  useEffect(() => {
    if (shown.current === readFor) setLog((now) => refreshLog(now, events));
    setOverview(firstOverview);
  }, [events, firstOverview, readFor]);

  useEffect(() => {
    if (wanted.current === type) return;
    wanted.current = type;
    setState('reading');
    void read();
  }, [type, read]);

  const [gather, setGather] = useState<Gather | null>(null);
  useEffect(() => {
    const made = createGather(read, GATHER_MS);
    setGather(made);
    return () => made.stop();
  }, [read]);
  useLog(
    () => {
      looks.current = LOOKS;
      gather?.sign();
    },
    { since: events.stream },
  );

  useEffect(() => {
    if (!gather || !isMoving(log) || looks.current <= 0) return;
    const timer = setTimeout(() => {
      looks.current -= 1;
      gather.sign();
    }, LOOK_AGAIN_MS);
    return () => clearTimeout(timer);
  }, [log, gather]);

  // What could not be read while the way was cut is read as soon as there is one again.
  const { status } = useConnection();
  useEffect(() => {
    if (status === 'live' && state === 'failed') gather?.sign();
  }, [status, state, gather]);

  const retry = useCallback(() => {
    setState('reading');
    void read();
  }, [read]);
  const hold = useCallback((held: boolean) => setLog((now) => holdLog(now, held)), []);
  const loadOlder = useCallback(async () => {
    if (log.nextBefore === null) return true;
    const page = await send<OpsEventsResponse>(eventsPath({ type, before: log.nextBefore }), { method: 'GET' });
    if (page.ok && shown.current === type) setLog((now) => extendLog(now, page.data));
    return page.ok;
  }, [log.nextBefore, type]);

  return { log, overview, state, hold, loadOlder, retry };
}
