import { NonRetriable, RetryAfter } from '../errors';
import { decideRetry } from './retry';

const policy = { maxAttempts: 3, backoffMs: 1000, exponentialBackoff: true, jitter: false };
const error = new Error('no');

describe('decideRetry', () => {
  test('doubles the pause and ends at the last attempt', () => {
    expect(decideRetry(policy, { error, attempt: 1, random: 0.5 })).toEqual({ again: true, delayMs: 1000 });
    expect(decideRetry(policy, { error, attempt: 2, random: 0.5 })).toEqual({ again: true, delayMs: 2000 });
    expect(decideRetry(policy, { error, attempt: 3, random: 0.5 })).toEqual({
      again: false,
      reason: 'attempts_exhausted',
    });
  });

  test('draws the pause evenly with jitter, and bounds it', () => {
    const jittered = { ...policy, maxAttempts: 100, jitter: true };
    expect(decideRetry(jittered, { error, attempt: 2, random: 0.25 })).toEqual({ again: true, delayMs: 500 });
    expect(decideRetry({ ...jittered, jitter: false }, { error, attempt: 50, random: 0 })).toEqual({
      again: true,
      delayMs: 3_600_000,
    });
  });

  test('obeys NonRetriable and RetryAfter', () => {
    expect(decideRetry(policy, { error: new NonRetriable('never'), attempt: 1, random: 0 })).toEqual({
      again: false,
      reason: 'non_retriable',
    });
    expect(decideRetry(policy, { error: new RetryAfter('later', 70), attempt: 1, random: 0 })).toEqual({
      again: true,
      delayMs: 70,
    });
    expect(decideRetry(policy, { error: new RetryAfter('later', 70), attempt: 3, random: 0 }).again).toBe(false);
  });

  test.each([
    [-5, 0],
    [1e15, 2_592_000_000],
    [Number.NaN, 1000],
    [Number.POSITIVE_INFINITY, 1000],
  ])('makes a time of RetryAfter(%p)', (delayMs, expected) => {
    const decision = decideRetry(policy, { error: new RetryAfter('later', delayMs), attempt: 1, random: 0 });
    expect(decision).toEqual({ again: true, delayMs: expected });
  });
});
