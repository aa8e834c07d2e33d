'use client';

import type { BalanceChartResponse } from '@skelly/types/wallet';
import { useCallback, useEffect, useRef, useState } from 'react';
import { send } from '../http/send';

interface LiveChart {
  /** null until it could be read. */
  readonly chart: BalanceChartResponse | null;
  readonly state: 'current' | 'reading' | 'failed';
  readonly retry: () => void;
}

/** The days of a chart. @param first as the server read `readFor`; null when it could not */
export function useChart(path: string, first: BalanceChartResponse | null, readFor: string): LiveChart {
  const [chart, setChart] = useState(first);
  const [state, setState] = useState<LiveChart['state']>(first ? 'current' : 'failed');
  const wanted = useRef(readFor);
  const read = useCallback(async (asked: string) => {
    setState('reading');
    const answer = await send<BalanceChartResponse>(asked, { method: 'GET' });
    if (wanted.current !== asked) return;
    if (answer.ok) setChart(answer.data);
    setState(answer.ok ? 'current' : 'failed');
  }, []);
  useEffect(() => {
    if (wanted.current === path) return;
    wanted.current = path;
    void read(path);
  }, [path, read]);
  // The page was read afresh on the server, as after a gap in the stream.
  useEffect(() => {
    if (!first || wanted.current !== readFor) return;
    setChart(first);
    setState('current');
  }, [first, readFor]);
  const retry = useCallback(() => void read(wanted.current), [read]);
  return { chart, state, retry };
}
