/** Bounds of the wait before a reconnect, in milliseconds. */
export const BACKOFF = {
  /** Upper bound of the first wait; it doubles with every attempt that failed. */
  FIRST: 500,
  /** Upper bound of every wait. */
  LONGEST: 15_000,
} as const;

/**
 * How long to wait before an attempt, in milliseconds: anything between nothing and a bound that doubles, up to
 * {@link BACKOFF.LONGEST} (full jitter). Clients that lost the same server so come back spread out.
 *
 * @param failures - attempts that failed since the last one that succeeded, from 0
 * @param random - a number from 0 up to, but not including, 1
 */
export function backoff(failures: number, random: () => number): number {
  const bound = Math.min(BACKOFF.LONGEST, BACKOFF.FIRST * 2 ** Math.min(failures, 30));
  return Math.floor(random() * bound);
}
