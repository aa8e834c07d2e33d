import { NonRetriable } from '../../errors';

/** When a handler counts as failing, and for how long it is left alone then. */
export interface BreakerPolicy {
  /** Failures that open it. @defaultValue 5, EVENT_CIRCUIT_BREAKER_THRESHOLD */
  readonly threshold: number;
  /** Milliseconds within which they have to come. @defaultValue 60000, EVENT_CIRCUIT_BREAKER_TIME_WINDOW */
  readonly windowMs: number;
  /** Milliseconds until one delivery is tried again. @defaultValue 30000, EVENT_CIRCUIT_BREAKER_RECOVERY_TIMEOUT */
  readonly recoveryMs: number;
}

export const DEFAULT_BREAKER: BreakerPolicy = { threshold: 5, windowMs: 60_000, recoveryMs: 30_000 };

/** Whether a failure speaks against the handler. One that no other try can change speaks against the event. */
export function speaksAgainstHandler(error: unknown): boolean {
  return !(error instanceof NonRetriable);
}

/**
 * Whether a handler counts as failing: as many failures within the window as the threshold, and no fewer than successes, so that a
 * few bad events do not stop a handler that works.
 */
export function decideBreak(
  policy: Pick<BreakerPolicy, 'threshold'>,
  lately: { readonly failures: number; readonly successes: number },
): boolean {
  return lately.failures >= policy.threshold && lately.failures >= lately.successes;
}

/** Milliseconds between the tries of what is parked behind an open breaker: a trickle, as closing it wakes them all. */
const PARK_SPACING_MS = 20;
/** The longest time for which anything is parked behind a breaker, in milliseconds. */
const LONGEST_PARK_MS = 3_600_000;

/**
 * When the next delivery that an open breaker turns away is due.
 *
 * @param last what this was for the one before; 0 for the first.
 * @param retryAt when the breaker lets one through.
 * @returns milliseconds since 1970.
 */
export function decideParkTime(times: {
  readonly now: number;
  readonly retryAt: number;
  readonly last: number;
}): number {
  const { now, retryAt, last } = times;
  return Math.min(Math.max(retryAt, last + PARK_SPACING_MS), Math.max(retryAt, now + LONGEST_PARK_MS));
}

/** Failures and successes of the last while, in ten slices. */
export interface Tally {
  failed(now: number): void;
  succeeded(now: number, count?: number): void;
  lately(now: number): { readonly failures: number; readonly successes: number };
  clear(): void;
}

/** Slices of a window: what is older than it is forgotten a tenth at a time. */
const SLICES = 10;

/** @param policy with another window the count begins again. */
export function createTally(policy: Pick<BreakerPolicy, 'windowMs'>): Tally {
  let { windowMs } = policy;
  const slices: { slice: number; failures: number; successes: number }[] = [];

  function current(now: number) {
    if (windowMs !== policy.windowMs) {
      windowMs = policy.windowMs;
      slices.length = 0;
    }
    const slice = Math.floor((now * SLICES) / windowMs);
    while (slices[0] && slices[0].slice <= slice - SLICES) slices.shift();
    const last = slices.at(-1);
    if (last?.slice === slice) return last;
    const fresh = { slice, failures: 0, successes: 0 };
    slices.push(fresh);
    return fresh;
  }

  return {
    failed(now) {
      current(now).failures += 1;
    },
    succeeded(now, count = 1) {
      current(now).successes += count;
    },
    lately(now) {
      current(now);
      return {
        failures: slices.reduce((sum, { failures }) => sum + failures, 0),
        successes: slices.reduce((sum, { successes }) => sum + successes, 0),
      };
    },
    clear() {
      slices.length = 0;
    },
  };
}
