'use client';

import { useConnection, useLog } from '@skelly/client/react';
import type { DisputesResponse } from '@skelly/types/marketplace';
import { useCallback, useEffect, useRef, useState } from 'react';
import { send } from '../../http/send';
import { createGather, type Gather } from '../gather';

const PATH = '/api/ops/disputes';
/** Steps that come closer together than this are answered by one read, milliseconds. */
const GATHER_MS = 120;

interface Disputes {
  readonly items: DisputesResponse['items'];
  /** Whether what is shown could not be read again. */
  readonly stale: boolean;
  /** Raised by every step of any request: the chosen one is read again. */
  readonly steps: number;
  readonly retry: () => void;
}

/** What waits for support, read again whenever a request moves. @param read as the server read it for this page, perhaps some time ago */
export function useDisputes(read: DisputesResponse): Disputes {
  const [items, setItems] = useState(read.items);
  const [stale, setStale] = useState(false);
  const [steps, setSteps] = useState(0);
  const latest = useRef(0);

  const readAgain = useCallback(async () => {
    latest.current += 1;
    const turn = latest.current;
    const answer = await send<DisputesResponse>(PATH, { method: 'GET' });
    if (turn !== latest.current) return;
    setStale(!answer.ok);
    if (answer.ok) setItems(answer.data.items);
    setSteps((now) => now + 1);
  }, []);

  // The page was read afresh on the server, or comes back as it once was: which of them is not told.
  useEffect(() => {
    setItems(read.items);
    void readAgain();
  }, [read, readAgain]);

  const [gather, setGather] = useState<Gather | null>(null);
  useEffect(() => {
    const made = createGather(readAgain, GATHER_MS);
    setGather(made);
    return () => made.stop();
  }, [readAgain]);
  useLog(({ type }) => {
    if (type === 'marketplace:request.moved') gather?.sign();
  });

  // What could not be read while the way was cut is read as soon as there is one again.
  const { status } = useConnection();
  useEffect(() => {
    if (status === 'live' && stale) gather?.sign();
  }, [status, stale, gather]);

  return { items, stale, steps, retry: readAgain };
}
