import { defineEvent } from '@skelly/types/event';
import { z } from 'zod';
import { currentEventContext, withEventContext } from '../context';
import { NonRetriable, RetryAfter, SubscribersFailed } from '../errors';
import { createTestLog } from '../testing/log';
import { EventBus } from './event-bus';

const INSTANT = { asyncProcessing: false, retryDelayMs: 0 } as const;

/** Something that is resolved from outside. */
function gate() {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

describe('EventBus: subscribers', () => {
  test('get events by type and by module, each once, and none after they have gone', async () => {
    const bus = new EventBus(INSTANT);
    const seen: string[] = [];
    const leave = bus.subscribe({
      subscriberId: 'both',
      eventTypes: ['stock:moved', 'stock:*'],
      handler: ({ type }) => seen.push(type),
    });
    await bus.publish({ type: 'stock:moved', data: {} });
    await bus.publish({ type: 'stock:item.counted', data: {} });
    await bus.publish({ type: 'stocktaking:done', data: {} });
    expect(seen).toEqual(['stock:moved', 'stock:item.counted']);
    leave();
    expect(bus.unsubscribe('both')).toBe(false);
    await bus.publish({ type: 'stock:moved', data: {} });
    expect(seen).toHaveLength(2);
    expect(bus.metrics()).toEqual({
      EVENT_PUBLISHED: 4,
      EVENT_DUPLICATE_DETECTED: 0,
      EVENT_NO_SUBSCRIBERS: 2,
      EVENT_HANDLER_SUCCESS: 2,
      EVENT_HANDLER_ERROR: 0,
    });
  });

  test('come by priority: the lower one ends its first try before the next begins, equals run beside each other', async () => {
    const bus = new EventBus(INSTANT);
    const seen: string[] = [];
    const { opened, open } = gate();
    const subscribe = (subscriberId: string, priority?: number, wait?: Promise<void>) =>
      bus.subscribe({
        subscriberId,
        eventTypes: ['a:b'],
        ...(priority === undefined ? {} : { priority }),
        handler: async () => {
          seen.push(`${subscriberId} in`);
          await wait;
          seen.push(`${subscriberId} out`);
        },
      });
    subscribe('late', 50);
    subscribe('usual');
    subscribe('slow', 0, opened);
    subscribe('first', -10);
    const publishing = bus.publish({ type: 'a:b', data: {} });
    while (!seen.includes('usual out')) await Promise.resolve();
    expect(seen).toEqual(['first in', 'first out', 'usual in', 'slow in', 'usual out']);
    open();
    await publishing;
    expect(seen.slice(5)).toEqual(['slow out', 'late in', 'late out']);
  });

  test('are refused with what to do: a second of one id, no pattern, no priority', () => {
    const bus = new EventBus();
    const subscribe = (subscriberId: string, pattern: string, priority = 0) =>
      bus.subscribe({ subscriberId, eventTypes: [pattern], priority, handler: () => undefined });
    subscribe('a', 'a:b');
    expect(() => subscribe('a', 'a:b')).toThrow(expect.objectContaining({ code: 'recipient_duplicate' }));
    expect(() => subscribe('b', 'a*')).toThrow(expect.objectContaining({ code: 'pattern_invalid' }));
    expect(() => subscribe('b', 'a:b', 0.5)).toThrow(expect.objectContaining({ code: 'priority_invalid' }));
    expect(() => new EventBus({ maxRetryAttempts: -1, retryDelay: 3 } as never)).toThrow(
      'No bus was made: retryDelay is no option; maxRetryAttempts must be a whole number from 0 to 100.',
    );
  });
});

describe('EventBus: failures', () => {
  test('are tried again so often, kept from the others, and told to who waits', async () => {
    const bus = new EventBus({ ...INSTANT, maxRetryAttempts: 2 });
    let tries = 0;
    const others: string[] = [];
    bus.subscribe({
      subscriberId: 'failing',
      eventTypes: ['a:b'],
      handler: () => {
        tries += 1;
        throw new Error(`no ${tries}`);
      },
    });
    bus.subscribe({ subscriberId: 'other', eventTypes: ['a:b'], handler: ({ eventId }) => others.push(eventId) });
    const error = await bus.publish({ type: 'a:b', data: {} }).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(SubscribersFailed);
    expect(error).toMatchObject({ code: 'subscribers_failed', cause: { message: 'no 3' } });
    expect([...error.failures.keys()]).toEqual(['failing']);
    expect([tries, others.length]).toEqual([3, 1]);
    expect(bus.metrics()).toMatchObject({ EVENT_HANDLER_ERROR: 3, EVENT_HANDLER_SUCCESS: 1 });
  });

  test('that another try cannot change are not tried again', async () => {
    const bus = new EventBus(INSTANT);
    bus.subscribe({ subscriberId: 'a', eventTypes: ['a:b'], handler: () => Promise.reject(new NonRetriable('never')) });
    await expect(bus.publish({ type: 'a:b', data: {} })).rejects.toThrow(SubscribersFailed);
    expect(bus.metrics().EVENT_HANDLER_ERROR).toBe(1);
  });

  test('are not tried again where that would be hours from now', async () => {
    const bus = new EventBus(INSTANT);
    const handler = jest.fn(() => Promise.reject(new RetryAfter('closed', 28 * 86_400_000)));
    bus.subscribe({ subscriberId: 'far', eventTypes: ['a:b'], handler });
    await expect(bus.publish({ type: 'a:b', data: {} })).rejects.toThrow(SubscribersFailed);
    expect(handler).toHaveBeenCalledTimes(1);
  });

  test('are logged where nobody waits, and a repetition calls only who has failed', async () => {
    const log = createTestLog();
    const bus = new EventBus({ maxRetryAttempts: 0, log });
    let broken = true;
    const seen: string[] = [];
    bus.subscribe({ subscriberId: 'well', eventTypes: ['a:b'], handler: () => seen.push('well') });
    bus.subscribe({
      subscriberId: 'ill',
      eventTypes: ['a:b'],
      handler: () => {
        if (broken) throw new Error('ill');
        seen.push('ill');
      },
    });
    const publication = { type: 'a:b', data: {}, idempotencyKey: 'order-1' };
    await bus.publish(publication);
    await bus.idle();
    expect(log.lines).toMatchObject([
      { level: 'error', message: 'subscribers of a bus failed', fields: { type: 'a:b' } },
    ]);
    broken = false;
    expect(await bus.publish(publication)).toMatchObject({ duplicate: false });
    await bus.idle();
    expect(seen).toEqual(['well', 'ill']);
    expect(await bus.publish(publication)).toMatchObject({ duplicate: true });
  });
});

describe('EventBus: repetitions', () => {
  test('are recognised by id and, within a type, by key, until their time is over', async () => {
    let ms = 1_000;
    const bus = new EventBus({ ...INSTANT, deduplicationTtlMs: 100, now: () => new Date(ms) });
    const seen: string[] = [];
    bus.subscribe({ subscriberId: 'a', eventTypes: ['a:*'], handler: ({ type }) => seen.push(type) });
    const { eventId } = await bus.publish({ type: 'a:b', data: {}, idempotencyKey: 'k' });
    expect((await bus.publish({ type: 'a:b', data: {}, eventId })).duplicate).toBe(true);
    expect((await bus.publish({ type: 'a:b', data: {}, idempotencyKey: 'k' })).duplicate).toBe(true);
    expect((await bus.publish({ type: 'a:c', data: {}, idempotencyKey: 'k' })).duplicate).toBe(false);
    ms += 100;
    expect((await bus.publish({ type: 'a:b', data: {}, eventId })).duplicate).toBe(false);
    expect(seen).toEqual(['a:b', 'a:c', 'a:b']);
    expect(bus.metrics()).toMatchObject({ EVENT_PUBLISHED: 3, EVENT_DUPLICATE_DETECTED: 2 });
  });

  test('are duplicates once all have handled them, under whatever id', async () => {
    const bus = new EventBus({ ...INSTANT, maxRetryAttempts: 0 });
    let broken = true;
    let called = 0;
    bus.subscribe({ subscriberId: 'well', eventTypes: ['a:b'], handler: () => undefined });
    bus.subscribe({
      subscriberId: 'ill',
      eventTypes: ['a:b'],
      handler: () => {
        called += 1;
        if (broken) throw new Error('ill');
      },
    });
    const one = { type: 'a:b', data: {}, eventId: 'one', idempotencyKey: 'k' };
    await expect(bus.publish(one)).rejects.toThrow(SubscribersFailed);
    broken = false;
    expect(await bus.publish({ ...one, eventId: 'two' })).toMatchObject({ duplicate: false });
    expect(await bus.publish(one)).toMatchObject({ duplicate: true });
    expect(called).toBe(2);
  });

  test('are forgotten after a failure of all, and without anybody to handle them', async () => {
    const bus = new EventBus({ ...INSTANT, maxRetryAttempts: 0 });
    const publication = { type: 'a:b', data: {}, idempotencyKey: 'k' };
    await bus.publish(publication);
    let broken = true;
    bus.subscribe({
      subscriberId: 'a',
      eventTypes: ['a:b'],
      handler: () => {
        if (broken) throw new Error('not yet');
      },
    });
    await expect(bus.publish(publication)).rejects.toThrow(SubscribersFailed);
    broken = false;
    expect((await bus.publish(publication)).duplicate).toBe(false);
    expect((await bus.publish(publication)).duplicate).toBe(true);
  });

  test('of an event in hand wait for its end: duplicates after a success, run after a failure', async () => {
    const bus = new EventBus({ maxRetryAttempts: 0 });
    const gates = [gate(), gate()] as const;
    const ends = [...gates];
    bus.subscribe({
      subscriberId: 'a',
      eventTypes: ['a:b'],
      handler: async () => {
        await ends.shift()?.opened;
        if (ends.length === 1) throw new Error('the first one fails');
      },
    });
    const publication = { type: 'a:b', data: {}, idempotencyKey: 'k' };
    await bus.publish(publication);
    const second = bus.publish(publication);
    const third = bus.publish(publication);
    gates[0].open();
    gates[1].open();
    expect((await Promise.all([second, third])).map(({ duplicate }) => duplicate).sort()).toEqual([false, true]);
    await bus.idle();
    expect(bus.metrics()).toMatchObject({ EVENT_HANDLER_ERROR: 1, EVENT_HANDLER_SUCCESS: 1 });
  });

  test('are forgotten from the oldest on at the bound', async () => {
    const bus = new EventBus({ ...INSTANT, maxRemembered: 2 });
    bus.subscribe({ subscriberId: 'a', eventTypes: ['a:b'], handler: () => undefined });
    const publish = (idempotencyKey: string) => bus.publish({ type: 'a:b', data: {}, idempotencyKey });
    for (const key of ['1', '2', '3']) await publish(key);
    expect((await publish('3')).duplicate).toBe(true);
    expect((await publish('2')).duplicate).toBe(true);
    expect((await publish('1')).duplicate).toBe(false);
  });

  test('are handled again where that is wanted', async () => {
    const bus = new EventBus({ ...INSTANT, enableDeduplication: false });
    let calls = 0;
    bus.subscribe({
      subscriberId: 'a',
      eventTypes: ['a:b'],
      handler: () => {
        calls += 1;
      },
    });
    for (let time = 0; time < 2; time += 1) await bus.publish({ type: 'a:b', data: {}, idempotencyKey: 'k' });
    expect(calls).toBe(2);
  });
});

describe('EventBus: bounds and ends', () => {
  test('refuses more than it may have in hand, and everything after its end', async () => {
    const bus = new EventBus({ maxPending: 1 });
    const { opened, open } = gate();
    bus.subscribe({ subscriberId: 'a', eventTypes: ['a:b'], handler: () => opened });
    await bus.publish({ type: 'a:b', data: {} });
    await expect(bus.publish({ type: 'a:b', data: {} })).rejects.toMatchObject({ code: 'bus_full' });
    open();
    await bus.idle();
    await bus.publish({ type: 'a:b', data: {} });
    await bus.close();
    await expect(bus.publish({ type: 'a:b', data: {} })).rejects.toMatchObject({ code: 'bus_closed' });
  });

  test('gives up at its end what waits for another try', async () => {
    const log = createTestLog();
    const bus = new EventBus({ retryDelayMs: 3_600_000, log });
    bus.subscribe({ subscriberId: 'a', eventTypes: ['a:b'], handler: () => Promise.reject(new Error('no')) });
    await bus.publish({ type: 'a:b', data: {} });
    await bus.close();
    expect(bus.metrics().EVENT_HANDLER_ERROR).toBe(1);
    expect(log.lines).toHaveLength(1);
  });
});

describe('EventBus: events', () => {
  const counted = defineEvent({
    type: 'stock:item.counted',
    version: 2,
    summary: 'An item was counted.',
    data: z.object({ itemId: z.string(), count: z.number().int() }),
    subject: ({ itemId }) => `item:${itemId}`,
    upcast: { 1: (data) => data },
  });

  test('are those of the contracts, where there are some, in types and at run time', async () => {
    const bus = new EventBus({ ...INSTANT, contracts: { counted } });
    const counts: number[] = [];
    bus.subscribe({ subscriberId: 'a', eventTypes: ['stock:*'], handler: ({ data }) => counts.push(data.count) });
    await bus.publish({ type: 'stock:item.counted', data: { itemId: 'chest', count: 3 } });
    expect(counts).toEqual([3]);
    const wrong = { itemId: 'chest', count: 'three' };
    // @ts-expect-error a count is a number
    const refused = bus.publish({ type: 'stock:item.counted', data: wrong });
    await expect(refused).rejects.toThrow('count: Invalid input');
    // @ts-expect-error the bus has no such contract
    await expect(bus.publish({ type: 'stock:lost', data: {} })).rejects.toMatchObject({ code: 'event_type_unknown' });
    await expect(new EventBus().publish({ type: 'Stock', data: {} })).rejects.toMatchObject({
      code: 'event_type_invalid',
    });
  });

  test('carry the context of who publishes, and their handlers go on in it', async () => {
    const bus = new EventBus(INSTANT);
    const seen: unknown[] = [];
    bus.subscribe({
      subscriberId: 'a',
      eventTypes: ['a:b'],
      handler: (event) => seen.push([event.actor, event.correlationId, currentEventContext().correlationId]),
    });
    const correlationId = '018f0000-0000-7000-8000-000000000001';
    await withEventContext({ actor: 'user:1', correlationId }, () => bus.publish({ type: 'a:b', data: {} }));
    expect(seen).toEqual([['user:1', correlationId, correlationId]]);
  });
});
