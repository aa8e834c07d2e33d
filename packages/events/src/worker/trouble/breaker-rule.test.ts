import { NonRetriable, RetryAfter } from '../../errors';
import { createTally, decideBreak, decideParkTime, speaksAgainstHandler } from './breaker-rule';

describe('the rule of circuit breakers', () => {
  test('opens at the threshold, unless the handler works at least as often again', () => {
    const policy = { threshold: 5 };
    expect(decideBreak(policy, { failures: 4, successes: 0 })).toBe(false);
    expect(decideBreak(policy, { failures: 5, successes: 0 })).toBe(true);
    expect(decideBreak(policy, { failures: 5, successes: 5 })).toBe(true);
    expect(decideBreak(policy, { failures: 5, successes: 6 })).toBe(false);
  });

  test('an event that can never be handled does not speak against its handler', () => {
    expect(speaksAgainstHandler(new NonRetriable('bad data'))).toBe(false);
    expect(speaksAgainstHandler(new RetryAfter('busy', 10))).toBe(true);
    expect(speaksAgainstHandler(new Error('down'))).toBe(true);
  });

  test('forgets what is older than the window', () => {
    const tally = createTally({ windowMs: 60_000 });
    tally.failed(0);
    tally.succeeded(30_000, 3);
    expect(tally.lately(59_999)).toEqual({ failures: 1, successes: 3 });
    expect(tally.lately(60_000)).toEqual({ failures: 0, successes: 3 });
    expect(tally.lately(200_000)).toEqual({ failures: 0, successes: 0 });
  });

  test('counts afresh when the window is another one', () => {
    const policy = { windowMs: 60_000 };
    const tally = createTally(policy);
    tally.failed(0);
    policy.windowMs = 10_000;
    tally.failed(500);
    expect(tally.lately(9_999)).toEqual({ failures: 1, successes: 0 });
    expect(tally.lately(10_000)).toEqual({ failures: 0, successes: 0 });
  });

  test('lets what it turns away come back as a trickle, within the hour', () => {
    const first = decideParkTime({ now: 0, retryAt: 30_000, last: 0 });
    const second = decideParkTime({ now: 0, retryAt: 30_000, last: first });
    expect([first, second]).toEqual([30_000, 30_020]);
    expect(decideParkTime({ now: 0, retryAt: 30_000, last: 9_000_000 })).toBe(3_600_000);
  });
});
