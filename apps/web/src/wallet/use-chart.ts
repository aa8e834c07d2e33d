'use client';

import type { BalanceChartResponse } from '@skelly/types/wallet';
import { useCallback, useEffect, useRef, useState } from 'react';
import { send } from '../http/send';
import { isSameCurrency } from './filter';

interface LiveChart {
  /** null until it could be read. Of other days until those that are asked for are there, never of another currency. */
  readonly chart: BalanceChartResponse | null;
  readonly state: 'current' | 'reading' | 'failed';
  readonly retry: () => void;
}

/** The days of a chart. @param first as the server read `readFor`; null when it could not */
export function useChart(path: string, first: BalanceChartResponse | null, readFor: string): LiveChart {
  const [shown, setShown] = useState({ path: readFor, chart: first });
  const [state, setState] = useState<LiveChart['state']>(first ? 'current' : 'failed');
  const wanted = useRef(readFor);
  const read = useCallback(async (asked: string) => {
    setState('reading');
    const answer = await send<BalanceChartResponse>(asked, { method: 'GET' });
    if (wanted.current !== asked) return;
    if (answer.ok) setShown({ path: asked, chart: answer.data });
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
    setShown({ path: readFor, chart: first });
    setState('current');
  }, [first, readFor]);
  const retry = useCallback(() => void read(wanted.current), [read]);
  return { chart: isSameCurrency(shown.path, path) ? shown.chart : null, state, retry };
}
