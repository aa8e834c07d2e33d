'use client';

import { useCallback, useEffect, useState } from 'react';

/** What could not be read is read again after this, milliseconds. */
const AGAIN_MS = 4_000;

/**
 * Reads when the page is there, as it may come back as it once was, and whenever the returned function is called; what fails
 * is tried again. @param read resolves to whether it was read; the same function until it reads something else
 */
export function useReading(read: () => Promise<boolean>): () => void {
  const [turn, setTurn] = useState(0);
  const again = useCallback(() => setTurn((now) => now + 1), []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a turn is a sign to read again
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isOver = false;
    void read().then((wasRead) => {
      if (!wasRead && !isOver) timer = setTimeout(again, AGAIN_MS);
    });
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [read, turn, again]);
  return again;
}
