'use client';

import { useConnection } from '@skelly/client/react';
import { useEffect, useMemo, useState } from 'react';
import type { Connection } from './connection';

/** How fresh the page is. */
export function useFreshness(): Connection {
  const { status } = useConnection();
  const [lastLiveAt, setLastLiveAt] = useState<number | null>(null);
  useEffect(() => {
    if (status !== 'live') return;
    setLastLiveAt(Date.now());
    // Live until the moment that it is not: that moment is the last update.
    return () => setLastLiveAt(Date.now());
  }, [status]);
  return useMemo(() => ({ state: status, lastLiveAt }), [status, lastLiveAt]);
}
