import { createTestDatabase, type TestDatabase } from '@skelly/testkit';
import pg from 'pg';
import { createDatabase } from './database';
import { isUnavailable, sqlState } from './errors';
import { createDatabaseProbe } from './probe';

const caught = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );
const ignore = () => undefined;

describe('createDatabaseProbe', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  const probeOf = (text?: string) =>
    createDatabaseProbe({ url: database.url, applicationName: 'test-probe', onConnectionError: ignore }, text);

  test('is answered while every connection of the pool is at work', async () => {
    const full = createDatabase({ url: database.url, max: 1, applicationName: 'test-full', onConnectionError: ignore });
    const probe = probeOf();
    const held = await full.pool.connect();
    const waiting = full.pool.query('select 1');
    await probe.ask();
    expect(full.pool.waitingCount).toBe(1);
    held.release();
    await waiting;
    await Promise.all([probe.close(), full.close()]);
  });

  test('has one connection, however often it is asked, and none when it is closed', async () => {
    const probe = probeOf();
    const watcher = new pg.Client({ connectionString: database.url });
    await watcher.connect();
    const connections = async () =>
      (
        await watcher.query<{ pid: number }>(
          `select pid from pg_stat_activity where application_name = 'test-probe' and datname = current_database()`,
        )
      ).rows;
    await Promise.all([probe.ask(), probe.ask()]);
    const [first, ...others] = await connections();
    expect(others).toEqual([]);
    await probe.ask();
    expect(await connections()).toEqual([first]);
    await probe.close();
    await watcher.end();
    await expect(probe.ask()).rejects.toThrow();
  });

  test('asks what it was given, and says why there is no answer', async () => {
    const probe = probeOf('select from no_such_table limit 0');
    expect(sqlState(await caught(probe.ask()))).toBe('42P01');
    await probe.close();
    const nowhere = createDatabaseProbe({
      url: 'postgres://x@127.0.0.1:1/x',
      applicationName: 'test-probe',
      onConnectionError: ignore,
    });
    expect(isUnavailable(await caught(nowhere.ask()))).toBe(true);
    await nowhere.close();
  });

  test('connects anew when its connection was ended', async () => {
    const probe = probeOf();
    await probe.ask();
    const { rows } = await database.pool.query(
      `select pg_terminate_backend(pid, 5000) as ended from pg_stat_activity
       where application_name = 'test-probe' and datname = current_database()`,
    );
    expect(rows).toEqual([{ ended: true }]);
    // The end may be noticed by the question that meets it; the next one has a connection of its own.
    await caught(probe.ask());
    await probe.ask();
    await probe.close();
  });
});
