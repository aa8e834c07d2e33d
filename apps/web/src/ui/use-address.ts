'use client';

import { useSearchParams } from 'next/navigation';
import { useCallback } from 'react';

/** The page's filters live in its address, so that a view can be sent to a colleague. An empty value leaves it. */
export function useAddress(): {
  readonly get: (name: string) => string;
  readonly set: (name: string, value: string) => void;
} {
  const params = useSearchParams();
  const get = useCallback((name: string) => params.get(name) ?? '', [params]);
  const set = useCallback((name: string, value: string) => {
    const next = new URLSearchParams(window.location.search);
    if (value) next.set(name, value);
    else next.delete(name);
    const query = next.toString().replaceAll('%3A', ':');
    window.history.replaceState(null, '', query ? `?${query}` : window.location.pathname);
  }, []);
  return { get, set };
}
