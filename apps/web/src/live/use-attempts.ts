'use client';

import { useSyncExternalStore } from 'react';
import type { Attempt } from '../http/attempts';
import { useSession } from './session-provider';

/** By what is meant, what this page's member has tried, in this tab or another, and what has no known end yet. */
export function useAttempts(): ReadonlyMap<string, Attempt> {
  const { attempts } = useSession();
  return useSyncExternalStore(attempts.subscribe, attempts.all, attempts.all);
}
