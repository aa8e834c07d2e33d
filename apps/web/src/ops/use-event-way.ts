'use client';

import type { OpsEventWay } from '@skelly/types/ops';
import { useCallback, useEffect, useState } from 'react';
import { send } from '../http/send';

interface Way {
  readonly state: 'reading' | 'current' | 'missing' | 'failed';
  readonly way: OpsEventWay | null;
  readonly retry: () => void;
}

/** A page is shown an event within a second of the click, and says so within another. Milliseconds. */
const LOOK_AGAIN_MS = 1_000;
/** An event older than this is looked at less often: a tab that was hidden may still show it. Milliseconds. */
const RECENT_MS = 60_000;
const LOOK_SELDOM_MS = 10_000;

/**
 * One event with its way, read again whenever `progress` changes, and while it is shown to more and
 * more tabs, of which the log says nothing; what is on the screen stays until the answer is there.
 */
export function useEventWay(eventId: string, progress: string): Way {
  const [state, setState] = useState<Way['state']>('reading');
  const [way, setWay] = useState<OpsEventWay | null>(null);
  const [turn, setTurn] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: progress and turn are signs to read again
  useEffect(() => {
    if (!eventId) return setWay(null);
    const stop = new AbortController();
    setState('reading');
    setWay((now) => (now?.eventId === eventId ? now : null));
    void send<OpsEventWay>(`/api/ops/events/${encodeURIComponent(eventId)}`, {
      method: 'GET',
      signal: stop.signal,
    }).then((answer) => {
      if (stop.signal.aborted) return;
      if (answer.ok) setWay(answer.data);
      setState(answer.ok ? 'current' : answer.failure.kind === 'refused' ? 'missing' : 'failed');
    });
    return () => stop.abort();
  }, [eventId, progress, turn]);

  useEffect(() => {
    if (!way || way.pushes.length === 0 || state === 'reading') return;
    const isRecent = Date.now() - Date.parse(way.occurredAt) < RECENT_MS;
    const timer = setTimeout(() => setTurn((now) => now + 1), isRecent ? LOOK_AGAIN_MS : LOOK_SELDOM_MS);
    return () => clearTimeout(timer);
  }, [way, state]);
  return { state, way: way?.eventId === eventId ? way : null, retry: useCallback(() => setTurn((now) => now + 1), []) };
}
