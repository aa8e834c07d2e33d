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
    const slept: unknown[] = [];
    await shared.run(
      async ({ tx }) => {
        slept.push((await tx.execute(sql`select pg_sleep(0.6)`)).rowCount);
      },
      (unit) => unit(),
    );
    expect(slept).toEqual([1]);
    await shared.rollback();
    await impatient.close();
  });
});
