'use client';

import type { CreatorsResponse } from '@skelly/types/marketplace';
import { useCallback, useEffect, useRef, useState } from 'react';
import { send } from '../http/send';
import { creatorsPath } from './paths';

/** Keys that come closer together than this are one question, milliseconds. */
const GATHER_MS = 150;

interface FoundCreators {
  readonly items: CreatorsResponse['items'];
  /** `reading`: the items are of another search still. */
  readonly state: 'current' | 'reading' | 'failed';
  readonly retry: () => void;
}

/** Creators whose name has `q` in it. @param read as the server read them for this page. @param readFor the search they were read for */
export function useCreators(q: string, read: CreatorsResponse, readFor: string): FoundCreators {
  const [items, setItems] = useState(read.items);
  const [state, setState] = useState<FoundCreators['state']>('current');
  const [turn, setTurn] = useState(0);
  const shown = useRef(readFor);
  useEffect(() => {
    if (shown.current === q && turn === 0) return setState('current');
    const stop = new AbortController();
    setState('reading');
    const timer = setTimeout(async () => {
      const answer = await send<CreatorsResponse>(creatorsPath(q), { method: 'GET', signal: stop.signal });
      if (stop.signal.aborted) return;
      setState(answer.ok ? 'current' : 'failed');
      if (!answer.ok) return;
      shown.current = q;
      setItems(answer.data.items);
    }, GATHER_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [q, turn]);
  return { items, state, retry: useCallback(() => setTurn((now) => now + 1), []) };
}
