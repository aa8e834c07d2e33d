import { createDatabase } from '@skelly/db';
import { createTestDatabase, type TestDatabase } from '@skelly/testkit';
import { sql } from 'drizzle-orm';
import { beginShared } from './shared';

describe('a shared transaction', () => {
  let owner: TestDatabase;
  beforeAll(async () => {
    owner = await createTestDatabase();
  });
  afterAll(() => owner.drop());

  test('lets a statement run as long as its handler may, though the pool gives up sooner', async () => {
    const impatient = createDatabase({
      url: owner.url,
      queryTimeoutMs: 300,
      applicationName: 'test',
      onConnectionError: () => undefined,
    });
    const notifier = { committed: () => undefined, close: async () => undefined };
    const { shared } = await beginShared(
      { database: impatient, notifier, now: () => new Date() },
      { statementTimeoutMs: 5_000, transactionTimeoutMs: 10_000 },
      { name: 'first', text: 'select 1' },
    );
    const holder = await owner.pool.connect();
    await holder.query('select pg_advisory_lock(1)');
    const running = shared.run(
      async ({ tx }) => {
        await tx.execute(sql`select pg_advisory_xact_lock(1)`);
      },
      (unit) => unit(),
    );
    // Asked later than the unit's statement: when the pool gives this one up, it would have given up that one too.
    await expect(impatient.pool.query('select pg_advisory_xact_lock(1)')).rejects.toThrow('timeout');
    await holder.query('select pg_advisory_unlock(1)');
    holder.release();
    await expect(running).resolves.toBeUndefined();
    await shared.rollback();
    await impatient.close();
  });
});
