import { createTestDatabase, type TestDatabase } from '@skelly/testkit';
import { sql } from 'drizzle-orm';
import { createDatabase } from './database';
import { isContention, isUnavailable, sqlState } from './errors';

const caught = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('errors of a real server', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  test('a query that is wrong is neither unavailable nor contention', async () => {
    const error = await caught(database.queries.execute(sql`select * from no_such_table`));
    expect(sqlState(error)).toBe('42P01');
    expect([isUnavailable(error), isContention(error)]).toEqual([false, false]);
  });

  test('a backend that is ended is unavailable', async () => {
    const client = await database.pool.connect();
    client.on('error', () => undefined);
    const { rows } = await client.query('select pg_backend_pid() as pid');
    const waiting = caught(client.query('select pg_sleep(60)'));
    await database.pool.query('select pg_terminate_backend($1)', [rows[0].pid]);
    expect(isUnavailable(await waiting)).toBe(true);
    client.release(true);
  });

  test('a server that is not there is unavailable', async () => {
    const nowhere = createDatabase({
      url: 'postgres://x@127.0.0.1:1/x',
      applicationName: 'test',
      onConnectionError: () => undefined,
    });
    expect(isUnavailable(await caught(nowhere.pool.query('select 1')))).toBe(true);
    await nowhere.close();
  });

  test('a lock that is not given in time is contention', async () => {
    const holder = await database.pool.connect();
    await holder.query('begin; select pg_advisory_xact_lock(1)');
    const waiter = await database.pool.connect();
    const error = await caught(waiter.query('begin; set local lock_timeout = 20; select pg_advisory_xact_lock(1)'));
    expect(isContention(error)).toBe(true);
    for (const client of [holder, waiter]) {
      await client.query('rollback');
      client.release();
    }
  });
});
