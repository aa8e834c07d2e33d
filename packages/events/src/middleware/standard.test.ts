import { defineEvent } from '@skelly/types/event';
import { z } from 'zod';
import { EventBus } from '../bus/event-bus';
import { createTestLog } from '../testing/log';
import type { Middleware } from './middleware';
import { standardMiddleware } from './standard';

const counted = defineEvent({
  type: 'stock:counted',
  version: 1,
  summary: 'Stock was counted.',
  data: z.object({ count: z.number() }),
  subject: () => 'stock:1',
});
const findContract = (type: string) => (type === counted.type ? counted : undefined);

describe('the middleware of a bus', () => {
  let ms = 0;
  const now = () => new Date(1_000_000 + ms);
  beforeEach(() => {
    ms = 0;
  });
  function busOf(parts: Parameters<typeof standardMiddleware>[0], handler: (count: number) => unknown) {
    const bus = new EventBus({
      asyncProcessing: false,
      maxRetryAttempts: 0,
      enableDeduplication: false,
      middleware: standardMiddleware({ now, ...parts }),
    });
    bus.subscribe({ subscriberId: 's', eventTypes: ['stock:*'], handler: ({ data }) => handler(data.count) });
    const publish = (count: unknown, type = 'stock:counted') =>
      bus.publish({ type, data: { count } }).then(
        () => 'handled',
        (error) => String(error.cause.message),
      );
    return publish;
  }

  test('surrounds a subscriber in one order, with one’s own innermost', async () => {
    const log = createTestLog();
    const seen: string[] = [];
    const note =
      (name: string): Middleware =>
      async (_call, next) => {
        seen.push(name);
        await next();
      };
    const publish = busOf(
      {
        log,
        validate: { findContract },
        idempotency: {
          keyOf: () => {
            seen.push('idempotency');
            return undefined;
          },
        },
        circuitBreaker: { threshold: 5, windowMs: 1_000, recoveryMs: 1_000 },
        timeoutMs: 1_000,
        onError: () => seen.push('error handling'),
        own: [note('first own'), note('second own')],
      },
      () => {
        throw new Error('no');
      },
    );
    expect(await publish('none')).toContain('count');
    expect(seen).toEqual([]);
    expect(await publish(1)).toBe('no');
    expect(seen).toEqual(['idempotency', 'first own', 'second own', 'error handling']);
    expect(log.lines.map(({ level, message }) => [level, message])).toEqual([
      ['warn', 'a handler failed'],
      ['warn', 'a handler failed'],
    ]);
    expect(JSON.stringify(log.lines)).not.toContain('"count"');
  });

  test('logs what went well, without data', async () => {
    const log = createTestLog();
    await busOf({ log }, () => undefined)(1);
    expect(log.lines).toMatchObject([{ level: 'debug', fields: { handler: 's', type: 'stock:counted', events: 1 } }]);
  });

  test('refuses what has no contract', async () => {
    expect(await busOf({ validate: { findContract } }, () => undefined)(1, 'stock:lost')).toContain('No contract');
  });

  test('remembers a key after success alone, for its time, and lets a rival wait', async () => {
    const seen: number[] = [];
    let broken = true;
    const publish = busOf({ idempotency: { keyOf: () => 'k', ttlMs: 100 } }, async (count) => {
      await Promise.resolve();
      if (broken) throw new Error('not yet');
      seen.push(count);
    });
    expect(await publish(1)).toBe('not yet');
    broken = false;
    await Promise.all([publish(2), publish(3)]);
    expect(seen).toEqual([2]);
    ms += 100;
    await publish(4);
    expect(seen).toEqual([2, 4]);
    expect(await busOf({ idempotency: { keyOf: () => '' } }, () => undefined)(1)).toContain('1 to 200 characters');
  });

  test('opens a circuit by the worker’s rule, and tries one call when it is time', async () => {
    jest.useFakeTimers({ doNotFake: ['queueMicrotask', 'nextTick'] });
    try {
      let calls = 0;
      let broken = true;
      const policy = { threshold: 2, windowMs: 1_000, recoveryMs: 500 };
      const publish = busOf({ circuitBreaker: policy, now: () => new Date() }, () => {
        calls += 1;
        if (broken) throw new Error('away');
      });
      expect([await publish(1), await publish(2)]).toEqual(['away', 'away']);
      expect(await publish(3)).toBe('The circuit breaker of s is open.');
      expect(calls).toBe(2);
      await jest.advanceTimersByTimeAsync(500);
      expect(await publish(4)).toBe('away');
      expect(await publish(5)).toContain('is open');
      await jest.advanceTimersByTimeAsync(500);
      broken = false;
      expect([await publish(6), await publish(7)]).toEqual(['handled', 'handled']);
      expect(calls).toBe(5);
    } finally {
      jest.useRealTimers();
    }
  });

  test('gives a call its time', async () => {
    expect(await busOf({ timeoutMs: 10 }, () => new Promise(() => undefined))(1)).toBe(
      's did not finish within 10 ms.',
    );
    expect(await busOf({ timeoutMs: 10_000 }, () => undefined)(1)).toBe('handled');
  });
});
