'use client';

import { useSyncExternalStore } from 'react';

const never = () => () => undefined;

/**
 * False while the server renders and React takes over its markup, true from then on. Words that depend on the member's
 * clock and zone, which the server does not know, wait for it.
 */
export function useHydrated(): boolean {
  return useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
}
