import { createTestDatabase, type TestDatabase } from '@skelly/testkit';
import type pg from 'pg';
import { ensurePartitions, weekStart } from './partitions';

describe('ensurePartitions', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  async function inClient<T>(run: (client: pg.ClientBase) => Promise<T>): Promise<T> {
    const client = await database.pool.connect();
    try {
      return await run(client);
    } finally {
      client.release();
    }
  }

  const insertAt = (moment: string) =>
    database.pool.query(
      `insert into event_history (event_id, type, version, source_module, subject, data, actor, correlation_id, occurred_at)
       values (uuid_floor($1), 'test:at', 1, 'test', 'x:1', '{}', 'system', gen_random_uuid(), $1)`,
      [moment],
    );

  test('a week begins on Monday, 00:00 UTC', () => {
    expect(weekStart(new Date('2026-11-22T23:59:59.999Z')).toISOString()).toBe('2026-11-16T00:00:00.000Z');
    expect(weekStart(new Date('2026-11-23T00:00:00.000Z')).toISOString()).toBe('2026-11-23T00:00:00.000Z');
  });

  test('rivals create each partition once, from last week to five weeks ahead, without a gap', async () => {
    const now = new Date('2030-06-05T12:00:00Z');
    const created = await Promise.all([1, 2, 3].map(() => inClient((client) => ensurePartitions(client, now))));
    expect(created.flat()).toHaveLength(14);
    expect(new Set(created.flat()).size).toBe(14);
    for (const moment of [
      '2030-05-27T00:00:00Z',
      '2030-06-02T23:59:59.999Z',
      '2030-06-03T00:00:00Z',
      '2030-07-14T23:59:59.999Z',
    ]) {
      await insertAt(moment);
    }
    await expect(insertAt('2030-07-15T00:00:00Z')).rejects.toMatchObject({ code: '23514' });
    expect(await inClient((client) => ensurePartitions(client, now))).toEqual([]);
  });

  test('readers and writers are not held up while it works', async () => {
    const writer = await database.pool.connect();
    await writer.query('begin');
    await writer.query(`insert into event_processing_log (event_id, handler, status, queue, attempt, worker, started_at, finished_at)
                        values (uuid_floor(now()), 'test', 'finished', 'main', 1, 'test', now(), now())`);
    const created = await inClient(async (client) => {
      await client.query('set lock_timeout = 2000');
      return ensurePartitions(client, new Date('2031-01-01T00:00:00Z')).finally(() =>
        client.query('reset lock_timeout'),
      );
    });
    expect(created).toHaveLength(14);
    await writer.query('rollback');
    writer.release();
  });
});
