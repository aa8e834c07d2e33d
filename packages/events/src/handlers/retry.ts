import { NonRetriable, RetryAfter } from '../errors';
import type { RetryPolicy } from './handler';

/** The longest pause between two tries, in milliseconds. */
const MAX_BACKOFF_MS = 3_600_000;

/** The longest that a handler may ask for, in milliseconds: 30 days. */
const MAX_RETRY_AFTER_MS = 2_592_000_000;

/** What to do after a failed try: again in so many milliseconds, or no more. */
export type RetryDecision =
  | { readonly again: true; readonly delayMs: number }
  | { readonly again: false; readonly reason: 'non_retriable' | 'attempts_exhausted' };

/**
 * Decides after the `attempt`th failure, counted from 1. Backoff is `backoffMs · 2^(attempt-1)`, an hour at most, with full
 * jitter: evenly from 0 to that, which spreads load best (AWS Architecture Blog, "Exponential Backoff And Jitter"). What a
 * `RetryAfter` says comes before that, within 30 days, unless it is no number.
 *
 * @param random from 0 to below 1.
 */
export function decideRetry(
  policy: RetryPolicy,
  failure: { error: unknown; attempt: number; random: number },
): RetryDecision {
  const { error, attempt, random } = failure;
  if (error instanceof NonRetriable) return { again: false, reason: 'non_retriable' };
  if (attempt >= policy.maxAttempts) return { again: false, reason: 'attempts_exhausted' };
  if (error instanceof RetryAfter && Number.isFinite(error.delayMs)) {
    return { again: true, delayMs: Math.min(Math.max(error.delayMs, 0), MAX_RETRY_AFTER_MS) };
  }
  const pause = Math.min(
    policy.exponentialBackoff ? policy.backoffMs * 2 ** (attempt - 1) : policy.backoffMs,
    MAX_BACKOFF_MS,
  );
  return { again: true, delayMs: Math.round(policy.jitter ? pause * random : pause) };
}
