/** Deliveries that one transaction takes at most: more hardly gain, and hold their locks for longer. */
export const MAX_SHARED = 32;
/** Milliseconds after which a shared transaction takes no further delivery, so that slow handlers do not hold each other's locks. */
export const SHARED_MS = 100;

/** How many of a lane's deliveries its next transaction takes, when `limit` was decided by {@link decideLimit}. */
export function decideShare(waiting: number, limit: number): number {
  return Math.min(waiting, limit);
}

/**
 * How many deliveries a lane's next transaction may take at most. Sharing is a bet that none fails: a lost one halves it, a
 * won one doubles it.
 *
 * @param most what the lane ever takes.
 */
export function decideLimit(limit: number, most: number, failed: boolean): number {
  return failed ? Math.max(1, Math.floor(limit / 2)) : Math.min(most, limit * 2);
}

/**
 * How a transaction that failed is run again: in which parts. Around the delivery that failed when it is known, so that it fails alone;
 * one by one otherwise.
 */
export function decideSplit<T>(deliveries: readonly T[], culprit: number | undefined): readonly (readonly T[])[] {
  if (culprit === undefined) return deliveries.map((delivery) => [delivery]);
  return [deliveries.slice(0, culprit), deliveries.slice(culprit, culprit + 1), deliveries.slice(culprit + 1)].filter(
    (part) => part.length > 0,
  );
}

/** Milliseconds between two calls of a batch handler in one lane, while its batches are not full. */
const BATCH_PACE_MS = 75;

/**
 * How long a lane of a batch handler waits for more, in milliseconds: nothing at rest, so that one event is not late; under load so
 * long that batches fill, as each costs a commit.
 *
 * @param lane.sinceLast milliseconds since it last began a batch.
 */
export function decidePause(lane: {
  readonly waiting: number;
  readonly most: number;
  readonly sinceLast: number;
}): number {
  return lane.waiting >= lane.most ? 0 : Math.max(0, BATCH_PACE_MS - lane.sinceLast);
}
