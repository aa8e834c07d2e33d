import { createTestDatabase, eventually, type TestDatabase } from '@skelly/testkit';
import { migrate } from './migrate';

describe('migrate', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  /** When the statement began with which the migration waits for a lock now. */
  const waitingSince = async () => {
    const { rows } = await database.pool.query<{ since: Date }>(`
      select query_start as since from pg_stat_activity
       where application_name = 'skelly-migrate' and wait_event_type = 'Lock' and datname = current_database()`);
    return rows[0]?.since;
  };
  const waiting = () => eventually('the migration to wait', waitingSince);
  /** Resolves when it waits anew. */
  const waitingAgain = async (before: Date) => {
    const again = async () => {
      const since = await waitingSince();
      return since && since > before && since;
    };
    return eventually('it to have come again', again, { withinMs: 15_000 });
  };

  test('lets go of a table that is in use, and comes again', async () => {
    const user = await database.pool.connect();
    await user.query('begin');
    await user.query('lock table drizzle.__drizzle_migrations in access exclusive mode');
    const running = migrate({ url: database.url, now: new Date() });
    await waitingAgain(await waiting());
    await user.query('commit');
    user.release();
    await running;
  }, 30_000);

  test('comes again after a deadlock', async () => {
    const user = await database.pool.connect();
    const { rows } = await user.query<{ pid: number }>('select pg_backend_pid() as pid');
    // Who looks for a deadlock first is ended by it: that is the migration, after a second.
    await user.query(`begin; set local deadlock_timeout = '1min'`);
    await user.query('lock table drizzle.__drizzle_migrations in access exclusive mode');
    const running = migrate({ url: database.url, now: new Date() });
    const first = await waiting();
    const cancelled = expect(
      user.query(`select pg_advisory_xact_lock(hashtext('skelly migrations'))`),
    ).rejects.toMatchObject({ code: '57014' });
    // The first try may have looked before that and end by its timeout; the second meets the deadlock from its beginning on.
    await waitingAgain(await waitingAgain(first));
    await database.pool.query('select pg_cancel_backend($1)', [rows[0]?.pid]);
    await cancelled;
    await user.query('rollback');
    user.release();
    await running;
  }, 45_000);
});
