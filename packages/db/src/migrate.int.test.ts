import { createTestDatabase, eventually, type TestDatabase } from '@skelly/testkit';
import { migrate } from './migrate';

describe('migrate', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  test('lets go of a table that is in use, and comes again', async () => {
    const user = await database.pool.connect();
    await user.query('begin');
    await user.query('lock table drizzle.__drizzle_migrations in access exclusive mode');
    const running = migrate({ url: database.url, now: new Date() });
    const waitingSince = async () => {
      const { rows } = await database.pool.query<{ since: Date }>(`
        select query_start as since from pg_stat_activity
         where application_name = 'skelly-migrate' and wait_event_type = 'Lock' and datname = current_database()`);
      return rows[0]?.since;
    };
    const first = await eventually('the migration to wait', waitingSince);
    await eventually('it to have come again', async () => ((await waitingSince()) ?? first) > first, {
      withinMs: 15_000,
    });
    await user.query('commit');
    user.release();
    await running;
  }, 30_000);
});
