import type { RateLimit } from '../../handlers/handler';
import type { Log } from '../../log';
import { park } from '../record/failures';
import { findBlocked } from '../record/progress';
import { type Delivery, DeliveryInterrupted, keyOf } from '../run/delivery';
import { type Outcomes, settleBlocked } from '../run/run-deliveries';
import type { RunDependencies } from '../run/run-dependencies';
import type { CallCounter } from './counter';
import { decideTurns, isBehind, stepMs } from './limit-rule';
import { findLast, waitApart, waitAtEnd } from './line';

/** Why a delivery waits whose rate limit nobody can count just now. */
const AWAY_REASON = 'waits until its rate limit can be counted again';
/** Milliseconds after which Redis is asked again, and for which deliveries wait meanwhile. */
const AWAY_MS = 2_000;
/** Milliseconds between two that come back after it. */
const AWAY_STEP_MS = 20;

/** Keeps handlers within their rate limits, together with all other workers. */
export interface RateLimits {
  /**
   * Takes those out of the deliveries that may not run now: they wait in Postgres, uncharged, and their outcomes say so. Without a
   * rate limit none is taken. Never throws.
   *
   * @returns those that may, in their order.
   */
  admit(deliveries: readonly Delivery[], outcomes: Outcomes): Promise<readonly Delivery[]>;
  stop(): void;
}

export function createRateLimits(
  deps: Pick<RunDependencies, 'database' | 'now'> & { readonly log: Log },
  createCounter: () => CallCounter,
): RateLimits {
  const { database, log } = deps;
  let counter: CallCounter | undefined;
  /** When the counter is asked again, and the last time that a delivery waits until meanwhile. */
  let away = { until: 0, lastWait: 0 };

  async function admitLimited(
    handler: string,
    limit: RateLimit,
    deliveries: readonly Delivery[],
    outcomes: Outcomes,
  ): Promise<readonly Delivery[]> {
    const last = await findLast(database, handler);
    const newer = deliveries.filter(({ event }) => isBehind(last, event.position));
    if (newer.length > 0) await waitAtEnd(database, newer, stepMs(limit));
    for (const delivery of newer) outcomes.set(delivery, 'parked');
    const asking = deliveries.filter((delivery) => !newer.includes(delivery));
    // Who has to wait for an earlier event of its subject would only use a call up.
    const blocked = await findBlocked(database.pool, asking);
    await settleBlocked(database, blocked, outcomes);
    const free = asking.filter((delivery) => !blocked.includes(delivery));
    if (free.length === 0) return [];
    const counted = await count(handler, limit, free.length);
    if (!counted) return waitUntilCounted(free, outcomes);
    const { granted, waitMs } = decideTurns(limit, { asked: free.length, ...counted });
    const waiting = free.slice(granted);
    await waitApart(database, waiting, waitMs);
    for (const delivery of waiting) outcomes.set(delivery, 'parked');
    return free.slice(0, granted);
  }

  /** @returns undefined while the counter is away. @throws what Postgres threw, when it is the counter */
  async function count(handler: string, limit: RateLimit, calls: number) {
    if (deps.now().getTime() < away.until) return undefined;
    counter ??= createCounter();
    try {
      const counted = await counter.count(handler, limit, calls);
      if (away.until > 0) log.info({}, `${counter.what} counts rate limits again`);
      away = { until: 0, lastWait: 0 };
      return counted;
    } catch (error) {
      if (counter.what === 'Postgres') throw error;
      if (away.until === 0) log.warn({ err: error }, 'rate limits cannot be counted; what has one waits');
      away.until = deps.now().getTime() + AWAY_MS;
      return undefined;
    }
  }

  /** Nobody runs uncounted: a limit that is exceeded may cost an account, and a pause costs seconds. */
  async function waitUntilCounted(deliveries: readonly Delivery[], outcomes: Outcomes): Promise<readonly Delivery[]> {
    for (const delivery of deliveries) {
      const now = deps.now().getTime();
      away.lastWait = Math.max(away.until, away.lastWait + AWAY_STEP_MS);
      await park(database, [keyOf(delivery)], { delayMs: away.lastWait - now, reason: AWAY_REASON });
      outcomes.set(delivery, 'parked');
    }
    return [];
  }

  return {
    async admit(deliveries, outcomes) {
      const admitted = new Set(deliveries.filter(({ handler }) => !handler.rateLimit));
      for (const [handler, limited] of byHandler(deliveries)) {
        const { rateLimit } = handler;
        if (!rateLimit) continue;
        try {
          for (const delivery of await admitLimited(handler.id, rateLimit, limited, outcomes)) admitted.add(delivery);
        } catch (cause) {
          const interrupted = new DeliveryInterrupted('a rate limit could not be counted', { cause });
          for (const delivery of limited) if (!outcomes.has(delivery)) outcomes.set(delivery, interrupted);
        }
      }
      return deliveries.filter((delivery) => admitted.has(delivery));
    },
    stop: () => counter?.close(),
  };
}

function byHandler(deliveries: readonly Delivery[]): ReadonlyMap<Delivery['handler'], readonly Delivery[]> {
  const groups = new Map<Delivery['handler'], Delivery[]>();
  for (const delivery of deliveries) {
    const group = groups.get(delivery.handler);
    if (group) group.push(delivery);
    else groups.set(delivery.handler, [delivery]);
  }
  return groups;
}
