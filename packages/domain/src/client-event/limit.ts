import { AppError } from '@skelly/types/errors';
import type { ClientIdentity } from '@skelly/types/event';

/** A user may emit as much as so many of their sessions. */
const SESSIONS_OF_A_USER = 3;
/** Sessions and users that are remembered at most; beyond it those that have been quiet longest are forgotten. */
const MAX_KEYS = 100_000;
const MINUTE_MS = 60_000;

/** Bounds how many events clients emit through this process. */
export interface ClientEventLimit {
  /** Counts events of somebody. @throws AppError `too_many_events`, with the seconds to wait, when it would be too many; then none count. */
  take(who: Pick<ClientIdentity, 'userId' | 'sessionId'>, events: number): void;
}

/**
 * A minute's worth at once, refilled evenly. For each session and each user it remembers one moment: when the bucket will be
 * full again (GCRA).
 *
 * @param deps.perMinute read at each, so it may be a getter.
 * @param deps.now milliseconds since 1970.
 */
export function createClientEventLimit(deps: {
  readonly perMinute: number;
  readonly now: () => number;
}): ClientEventLimit {
  const fullAt = new Map<string, number>();

  function remember(key: string, at: number): void {
    fullAt.delete(key);
    fullAt.set(key, at);
    // In the order of their last use.
    for (const quietest of fullAt.keys()) {
      if (fullAt.size <= MAX_KEYS) return;
      fullAt.delete(quietest);
    }
  }

  return {
    take({ userId, sessionId }, events) {
      const now = deps.now();
      const taken = [
        { key: sessionId, perMinute: deps.perMinute },
        { key: userId, perMinute: deps.perMinute * SESSIONS_OF_A_USER },
      ].map(({ key, perMinute }) => ({
        key,
        at: Math.max(now, fullAt.get(key) ?? now) + (events * MINUTE_MS) / perMinute,
      }));
      const waitMs = Math.max(...taken.map(({ at }) => at - now - MINUTE_MS));
      if (waitMs > 0) {
        const retryAfter = Math.ceil(waitMs / 1_000);
        throw new AppError({
          kind: 'too_many',
          code: 'too_many_events',
          message: `Too many events. Try again in ${retryAfter} s.`,
          retryAfter,
        });
      }
      for (const { key, at } of taken) remember(key, at);
    },
  };
}
