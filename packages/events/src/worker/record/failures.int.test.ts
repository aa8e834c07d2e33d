import { createTestDatabase, type TestDatabase } from '@skelly/testkit';
import { v7 as uuidv7 } from 'uuid';
import { NonRetriable } from '../../errors';
import { defineEffect } from '../../handlers/handler';
import { note, noted } from '../../testing/contracts';
import type { Delivery } from '../run/delivery';
import { buryDelivery, park, recordFailure } from './failures';
import { finishLease, finishStatement, isAlreadyFinished, takeLease } from './inbox';

describe('two deliveries of one event in two workers', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  const rows = async (table: string, { event }: Delivery) =>
    (await database.pool.query(`select * from ${table} where event_id = $1`, [event.eventId])).rows;
  const finish = (delivery: Delivery, worker: string) =>
    database.pool.query(finishStatement([{ delivery, startedAt: new Date() }], worker));
  const fail = (delivery: Delivery, worker: string, error: Error = new NonRetriable('no')) =>
    recordFailure(database, delivery, {
      error,
      worker,
      startedAt: new Date(),
      policy: { maxAttempts: 3, backoffMs: 1_000, exponentialBackoff: true, jitter: false },
      random: 0,
    });

  test('a failure is not charged when the other has finished', async () => {
    const delivery = newDelivery();
    await finish(delivery, 'one');
    expect(await fail(delivery, 'two')).toBe('duplicate');
    expect(await fail(delivery, 'two', new Error('not now'))).toBe('duplicate');
    for (const table of ['event_dead_letter', 'event_attempt', 'event_schedule'])
      expect(await rows(table, delivery)).toEqual([]);
  });

  test('what has finished is not buried when its data has become invalid', async () => {
    const delivery = newDelivery();
    await finish(delivery, 'one');
    await buryDelivery(database, delivery, { reason: 'data_invalid', error: 'too late' });
    expect(await rows('event_dead_letter', delivery)).toEqual([]);
  });

  test('one does not finish what the other has given up', async () => {
    const delivery = newDelivery();
    expect(await fail(delivery, 'two')).toBe('dead');
    const refused = await finish(delivery, 'one').catch((error) => error);
    expect(isAlreadyFinished(refused)).toBe(true);
    expect(await rows('event_processing_log', delivery)).toEqual([]);
  });

  test('one does not finish what waits for its next try; the next try counts what has failed', async () => {
    const delivery = newDelivery();
    expect(await fail(delivery, 'two', new Error('not now'))).toBe('retrying');
    expect(isAlreadyFinished(await finish(delivery, 'one').catch((error) => error))).toBe(true);
    await database.pool.query('delete from event_schedule where event_id = $1', [delivery.event.eventId]);
    await finish(delivery, 'one');
    expect(await rows('event_processing_log', delivery)).toMatchObject([{ status: 'finished', attempt: 2 }]);
  });

  test('one finishes what is only parked for the other', async () => {
    const delivery = newDelivery();
    const key = { eventId: delivery.event.eventId, handler: delivery.handler.id, run: delivery.run };
    await park(database, [key], { delayMs: 60_000, reason: 'not its turn' });
    await finish(delivery, 'one');
    expect(await rows('event_processing_log', delivery)).toMatchObject([{ status: 'finished', attempt: 1 }]);
  });

  test('a lease that was taken over is ended by its holder alone', async () => {
    const delivery = newDelivery();
    const lease = (worker: string, leaseMs: number) => takeLease(database, delivery, { worker, leaseMs });
    expect(await lease('one', 0)).toEqual({ state: 'held' });
    expect(await lease('two', 60_000)).toEqual({ state: 'held' });
    expect(await fail(delivery, 'one', new Error('not now'))).toBe('retrying');
    const [held] = await rows('event_processing_log', delivery);
    expect(held).toMatchObject({ status: 'running', worker: 'two' });
    const [retry] = await rows('event_schedule', delivery);
    expect(retry.due_at).toEqual(held.lease_until);
    const key = { eventId: delivery.event.eventId, handler: delivery.handler.id, run: delivery.run };
    expect(await finishLease(database.pool, key, 'one')).toBe(false);
    expect(await finishLease(database.pool, key, 'two')).toBe(true);
    expect(await rows('event_processing_log', delivery)).toMatchObject([{ status: 'finished', worker: 'two' }]);
  });
});

function newDelivery(): Delivery {
  const eventId = uuidv7();
  const occurredAt = new Date().toISOString();
  return {
    event: {
      eventId,
      position: 1,
      type: noted.type,
      version: 1,
      sourceModule: 'test',
      subject: 'note:1',
      tenant: 'main',
      actor: 'system',
      correlationId: eventId,
      causationId: null,
      traceparent: null,
      occurredAt,
      data: note('1'),
    },
    handler: defineEffect({ id: 'test.effect', on: noted, port: null, effect: async () => undefined }),
    run: '00000000-0000-0000-0000-000000000000',
    queue: 'main',
    relayedAt: occurredAt,
    receivedAt: new Date(),
  };
}
