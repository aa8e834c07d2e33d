'use client';

import { useConnection } from '@skelly/client/react';
import { useRouter } from 'next/navigation';
import { useEffect, useMemo, useState } from 'react';
import type { Connection } from './connection';

/**
 * How fresh the page is. A session that ended elsewhere, or may no longer see what this page follows, sends the page to the
 * server, which asks to sign in or says so.
 */
export function useFreshness(): Connection {
  const { status, reason } = useConnection();
  const router = useRouter();
  const [lastLiveAt, setLastLiveAt] = useState<number | null>(null);
  useEffect(() => {
    if (status !== 'live') return;
    setLastLiveAt(Date.now());
    // Live until the moment that it is not: that moment is the last update.
    return () => setLastLiveAt(Date.now());
  }, [status]);
  useEffect(() => {
    if (reason === 'signed-out' || reason === 'forbidden') router.refresh();
  }, [reason, router]);
  return useMemo(() => ({ state: status, lastLiveAt }), [status, lastLiveAt]);
}
