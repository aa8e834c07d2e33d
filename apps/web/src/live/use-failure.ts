'use client';

import { useEffect, useRef, useState } from 'react';
import { type Failure, isUnknown } from '../http/send';

/**
 * Why a command was not done, to be said at its place. Whether one whose end is not known was done is told by the state that it was
 * given in: once that has moved on there is nothing to say, though it moved before the answer was lost.
 *
 * @param version of that state
 * @returns the failure, and what keeps one: that of the render in which the command was given
 */
export function useFailure(version: number): readonly [Failure | null, (failure: Failure | null) => void] {
  const [failure, setFailure] = useState<Failure | null>(null);
  const latest = useRef(version);
  useEffect(() => {
    latest.current = version;
    setFailure((now) => (now && isUnknown(now) ? null : now));
  }, [version]);
  const keep = (given: Failure | null) => {
    if (!given || !isUnknown(given) || latest.current === version) setFailure(given);
  };
  return [failure, keep];
}
