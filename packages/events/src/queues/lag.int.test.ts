import { createTestDatabase, type TestDatabase } from '@skelly/testkit';
import { createLagReader } from './lag';

describe('the lag of what is due', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createTestDatabase();
  });
  afterEach(() => database.drop());

  const reader = () =>
    createLagReader({
      database,
      transport: { depth: () => Promise.reject(new Error('no handler has a queue')) },
      now: () => new Date(),
    });

  test('counts every kind, and tells the age of the first', async () => {
    const read = reader();
    expect((await read()).schedule).toEqual({ ageSeconds: 0, due: 0 });
    for (const [nth, secondsAgo] of [
      [1, 60],
      [2, 30],
      [3, -3_600],
    ] as const) {
      const dueAt = `now() - interval '${secondsAgo} seconds'`;
      await database.pool.query(
        `insert into event_schedule (key, kind, due_at, event_id, handler) values
           ('retry-${nth}', 'retry', ${dueAt}, gen_random_uuid(), 'test.echo'), ('parked-${nth}', 'parked', ${dueAt}, gen_random_uuid(), 'test.echo')`,
      );
      await database.pool.query(
        `insert into event_schedule (key, kind, due_at, occurs_at, envelope) values ('timer-${nth}', 'timer', ${dueAt}, now(), '{}')`,
      );
    }
    await database.pool.query(
      `insert into event_schedule (key, kind, due_at, occurs_at, envelope, cron, time_zone, missed)
       values ('recurring', 'recurring', now() - interval '600 seconds', now(), '{}', '* * * * *', 'UTC', 'latest')`,
    );
    const { schedule } = await read();
    expect(schedule.due).toBe(7);
    expect(schedule.ageSeconds).toBeGreaterThanOrEqual(600);
    expect(schedule.ageSeconds).toBeLessThan(700);
  });

  test('is given up by the server when it takes too long', async () => {
    const blocking = await database.pool.connect();
    try {
      await blocking.query('begin');
      await blocking.query('lock table event_schedule in access exclusive mode');
      await expect(reader()()).rejects.toMatchObject({ code: '57014' });
    } finally {
      await blocking.query('rollback');
      blocking.release();
    }
    // The limit ended with its transaction.
    expect((await reader()()).schedule.due).toBe(0);
    const { rows } = await database.pool.query('show statement_timeout');
    expect(rows).toEqual([{ statement_timeout: '0' }]);
  }, 20_000);
});
