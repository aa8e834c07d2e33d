'use client';

import type { OpsEventWay } from '@skelly/types/ops';
import { useCallback, useEffect, useState } from 'react';
import { send } from '../http/send';

interface Way {
  readonly state: 'reading' | 'current' | 'missing' | 'failed';
  readonly way: OpsEventWay | null;
  readonly retry: () => void;
}

/** One event with its way, read again whenever `progress` changes; what is on the screen stays until the answer is there. */
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
  return { state, way: way?.eventId === eventId ? way : null, retry: useCallback(() => setTurn((now) => now + 1), []) };
}
