'use client';

import { useConnection } from '@skelly/client/react';
import { useEffect, useMemo, useState } from 'react';
import type { Connection } from './connection';

/** A reconnect that takes no longer than this is no news: a handover between tabs, or a gateway that was replaced; milliseconds. */
const GRACE_MS = 1000;

/**
 * How fresh the page is.
 *
 * @param waiting - commands that have no answer yet
 */
export function useFreshness(waiting: number): Connection {
  const status = useSettledStatus();
  const [lastLiveAt, setLastLiveAt] = useState<number | null>(null);
  useEffect(() => {
    if (status !== 'live') return;
    setLastLiveAt(Date.now());
    // Live until the moment that it is not: that moment is the last update.
    return () => setLastLiveAt(Date.now());
  }, [status]);
  return useMemo(() => ({ state: status, lastLiveAt, waiting }), [status, lastLiveAt, waiting]);
}

function useSettledStatus(): Connection['state'] {
  const { status } = useConnection();
  const [settled, setSettled] = useState<Connection['state']>(status);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(status), status === 'connecting' ? GRACE_MS : 0);
    return () => clearTimeout(timer);
  }, [status]);
  return settled;
}
