import { randomUUID } from 'node:crypto';
import { createEventSystem } from '@skelly/events';
import { createTestDatabase, eventually, type TestDatabase } from '@skelly/testkit';
import { createTestLog } from '@skelly/testkit/log';
import { createRefusalLog } from './refusal';

describe('refusals', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  test('are kept one by one up to a bound, and beyond it by one line that counts them', async () => {
    const now = () => new Date('2026-11-22T08:00:10Z');
    const notifier = { committed: () => undefined, close: async () => undefined };
    const log = createTestLog();
    const refusals = createRefusalLog({
      events: createEventSystem({ database, notifier, now }),
      log,
      now,
      countedMs: 20,
    });
    const refusal = {
      userId: 'mara',
      operation: 'hold',
      code: 'insufficient_funds',
      amount: 5,
      currency: 'points',
      actor: 'user:mara',
      correlationId: randomUUID(),
    };
    await Promise.all(Array.from({ length: 1_000 }, () => refusals.record(refusal)));
    const kept = async () =>
      (
        await database.pool.query<{ lines: number; count: number; amounts: number }>(
          'select count(*)::int as lines, sum(count)::int as count, count(amount)::int as amounts from ledger_refusal',
        )
      ).rows[0];
    await eventually('what was counted', async () => (await kept())?.count === 1_000);
    expect(await kept()).toEqual({ lines: 61, count: 1_000, amounts: 60 });
    expect(log.lines.filter(({ level }) => level === 'info')).toHaveLength(60);
    expect(log.lines.filter(({ level }) => level === 'warn')).toMatchObject([{ fields: { refusals: 940 } }]);
  });
});
