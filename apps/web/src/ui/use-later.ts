'use client';

import { useEffect, useState } from 'react';

/** Milliseconds after the start of a fresh page in which only what its first screen needs is loaded, unless somebody begins to use it. */
const FIRST_LOAD_MS = 1_200;

const SIGNS = ['pointermove', 'pointerdown', 'keydown', 'touchstart', 'scroll'] as const;

/**
 * What is not of the page's first load, or null until it is here: it is loaded when somebody begins to use the page, or a moment after
 * it was opened; at once where the app was open already. It is tried again at the next sign of use when it could not be loaded.
 *
 * @param load a function that stays the same, as `() => import('./below')` beside the component
 */
export function useLater<Loaded>(load: () => Promise<Loaded>): Loaded | null {
  const [loaded, setLoaded] = useState<Loaded | null>(null);
  useEffect(() => {
    if (loaded !== null) return;
    let isLoading = false;
    let isOver = false;
    const begin = () => {
      if (isLoading) return;
      isLoading = true;
      load().then(
        (module) => {
          if (!isOver) setLoaded(module);
        },
        () => {
          isLoading = false;
        },
      );
    };
    const timer = setTimeout(begin, Math.max(0, FIRST_LOAD_MS - performance.now()));
    for (const sign of SIGNS) window.addEventListener(sign, begin, { passive: true });
    return () => {
      isOver = true;
      clearTimeout(timer);
      for (const sign of SIGNS) window.removeEventListener(sign, begin);
    };
  }, [load, loaded]);
  return loaded;
}
