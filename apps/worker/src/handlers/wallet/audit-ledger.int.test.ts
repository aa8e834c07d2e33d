import { createLedger, WalletService } from '@skelly/domain/wallet';
import { createEventSystem, listRecurring, registerRecurring } from '@skelly/events';
import { createTestDatabase, type TestDatabase } from '@skelly/testkit';
import { createTestLog } from '@skelly/testkit/log';
import { recurringSchedules } from '../../recurring';
import { createAuditLedger } from './audit-ledger';

describe('the audit of the ledger in a worker', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());
  const now = () => new Date();

  test('is due every 20 seconds, so that two tries of it fit into a minute', async () => {
    await registerRecurring(database.pool, recurringSchedules, { endOthers: true });
    const [schedule] = (await listRecurring(database.pool)).filter(({ type }) => type === 'wallet:audit.due');
    expect(schedule).toMatchObject({ key: 'ledger audit', missed: 'latest' });
    expect((schedule?.nextAt.getTime() ?? 0) - Date.now()).toBeLessThanOrEqual(20_000);
    expect((schedule?.nextAt.getTime() ?? 1) % 20_000).toBe(0);
  });

  test('freezes the wallet whose balance somebody changed', async () => {
    const notifier = { committed: () => undefined, close: async () => undefined };
    const events = createEventSystem({ database, notifier, now });
    const wallets = new WalletService(createLedger({ events, database, now, log: createTestLog() }));
    for (const userId of ['ada', 'bob']) await wallets.credit({ userId, amount: 5, reason: 'top_up' });
    await database.pool.query(`update ledger_account set balance = 500 where owner = 'ada' and kind = 'available'`);
    const { handle, queue } = createAuditLedger({ keepsHistory: true });
    expect(queue).toBe('audit');
    await events.transaction((work) => handle({} as never, work));
    await expect(wallets.debit({ userId: 'ada', amount: 1, reason: 'purchase' })).rejects.toEqual(
      expect.objectContaining({ code: 'wallet_frozen' }),
    );
    expect(await wallets.debit({ userId: 'bob', amount: 1, reason: 'purchase' })).toMatchObject({
      availableBalance: 4,
    });
  });
});
