import type { RateLimit } from '../../handlers/handler';

/** What a store counted, of all workers together, when it was told of so many more calls. */
export interface Counted {
  /** Calls that were asked for in the window that is open, these included. */
  readonly calls: number;
  /** Milliseconds until it ends. */
  readonly endsInMs: number;
}

/** Milliseconds between two calls of a limit that is used evenly. */
export function stepMs({ calls, perSeconds }: RateLimit): number {
  return (perSeconds * 1_000) / calls;
}

/**
 * Whether a delivery has to go to the end of the line: events that are newer than the last that waits. Older ones have waited, or
 * came before, so new ones never take their calls away.
 */
export function isBehind(last: number | undefined, position: number): boolean {
  return last !== undefined && position > last;
}

/**
 * How many of those that have asked may run, the first of them, and in how many milliseconds the others should ask again. The count
 * goes on beyond the limit, and so gives everybody else a number: those of the next window come in it, evenly, and so on. No
 * two workers give the same number, so those that wait do not come back together.
 */
export function decideTurns(
  limit: RateLimit,
  { asked, calls, endsInMs }: Counted & { readonly asked: number },
): { readonly granted: number; readonly waitMs: readonly number[] } {
  const before = calls - asked;
  const granted = Math.min(Math.max(limit.calls - before, 0), asked);
  const waitMs = Array.from({ length: asked - granted }, (_, nth) => {
    const number = before + granted + nth - limit.calls;
    return endsInMs + number * stepMs(limit);
  });
  return { granted, waitMs };
}
