import { createEventSystem } from '@skelly/events';
import { createTestDatabase, type TestDatabase } from '@skelly/testkit';
import { createTestLog } from '@skelly/testkit/log';
import { createLedger, WalletService } from '..';

const silent = { committed: () => undefined, close: async () => undefined };
const MINUTE_MS = 60_000;

describe('limits', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  /** A process, by a clock that stands unless it is moved. */
  function createProcess(clock: { now: Date }): WalletService {
    const now = () => clock.now;
    const events = createEventSystem({ database, notifier: silent, now });
    return new WalletService(createLedger({ events, database, now, log: createTestLog() }));
  }
  const limits = { maxAmount: 100, dailyAmount: 250, perMinute: 1_000 };
  const hold = (wallets: WalletService, userId: string, amount: number, given = limits) =>
    wallets.holdInEscrow({ userId, amount, reason: 'purchase' }, { limits: given });
  const refused = (code: string) => expect.objectContaining({ code });

  test('count for all processes together', async () => {
    const clock = { now: new Date() };
    const processes = [createProcess(clock), createProcess(clock)] as const;
    await processes[0].credit({ userId: 'both', amount: 10_000, reason: 'top_up' });
    const results = await Promise.allSettled(
      Array.from({ length: 20 }, (_, nth) => hold(processes[nth % 2] as WalletService, 'both', 50)),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(5);
    for (const result of results)
      if (result.status === 'rejected') expect(result.reason).toEqual(refused('daily_limit'));
    for (const each of processes) expect(await each.getBalance('both')).toMatchObject({ escrowBalance: 250 });
  });

  test('begin anew with the day, UTC, and with the minute', async () => {
    const clock = { now: new Date() };
    const wallets = createProcess(clock);
    await wallets.credit({ userId: 'daily', amount: 10_000, reason: 'top_up' });
    for (const amount of [100, 100, 50]) await hold(wallets, 'daily', amount);
    await expect(hold(wallets, 'daily', 1)).rejects.toEqual(refused('daily_limit'));
    const day = (nth: number) => new Date(Date.parse(clock.now.toISOString().slice(0, 10)) + nth * 86_400_000);
    const tomorrow = day(1);
    clock.now = new Date(tomorrow.getTime() - 1);
    await expect(hold(wallets, 'daily', 1)).rejects.toEqual(refused('daily_limit'));
    clock.now = tomorrow;
    await hold(wallets, 'daily', 100);
    const slow = { ...limits, perMinute: 2 };
    await hold(wallets, 'daily', 1, slow);
    await expect(hold(wallets, 'daily', 1, slow)).rejects.toEqual(refused('rate_limit'));
    clock.now = new Date(tomorrow.getTime() + MINUTE_MS);
    await hold(wallets, 'daily', 1, slow);
  });

  test('hold for transfers, for each currency and each account, and not for what comes in or goes back', async () => {
    const wallets = createProcess({ now: new Date() });
    for (const currency of ['points', 'gems'] as const)
      await wallets.credit({ userId: 'mara', amount: 10_000, currency, reason: 'top_up' });
    const send = (currency: 'points' | 'gems', amount: number) =>
      wallets.transfer({ userId: 'mara', toUserId: 'teo', amount, currency, reason: 'member_transfer' }, { limits });
    for (const currency of ['points', 'gems'] as const) {
      for (const amount of [100, 100]) await send(currency, amount);
      await expect(send(currency, 100)).rejects.toEqual(refused('daily_limit'));
      await expect(send(currency, 101)).rejects.toEqual(refused('amount_limit'));
    }
    const { escrowId } = await hold(wallets, 'mara', 50);
    await wallets.settleEscrow({
      userId: 'mara',
      escrowId: escrowId as string,
      modelId: 'mara',
      reason: 'performance_completed',
    });
    await expect(hold(wallets, 'mara', 1)).rejects.toEqual(refused('daily_limit'));
    // What was earned is another account, with a day of its own.
    const collect = { userId: 'mara', toUserId: 'mara', fromAccount: 'earnings', reason: 'member_transfer' } as const;
    expect(await wallets.transfer({ ...collect, amount: 50 }, { limits })).toMatchObject({ earningsBalance: 0 });
  });
});
