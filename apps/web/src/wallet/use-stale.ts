'use client';

import { useEffect, useState } from 'react';
import { keyLeft } from '../http/attempts';
import { isUnknown } from '../http/send';
import type { Transfer } from './transfers';

/** Whether nobody knows how a transfer ended, and it is too old to be tried again safely. It becomes so while the page is open, too. */
export function useStale(transfer: Transfer | undefined): boolean {
  const { at = null, failure = null } = transfer ?? {};
  const [outdated, setOutdated] = useState(at !== null && keyLeft(at) <= 0 ? at : null);
  useEffect(() => {
    if (at === null) return;
    const timer = setTimeout(() => setOutdated(at), Math.max(0, keyLeft(at)));
    return () => clearTimeout(timer);
  }, [at]);
  if (!failure || !isUnknown(failure)) return false;
  return failure.kind === 'stale' || outdated === at;
}

/** Why it is not tried again, and what to do. */
export const STALE_WORDS =
  'It was tried too long ago to be tried again safely. Look into your statement first: if it is not there, send it anew.';
