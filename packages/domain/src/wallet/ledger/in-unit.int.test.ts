import { AsyncResource } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import { createDatabase } from '@skelly/db';
import { createEventSystem, type UnitOfWork } from '@skelly/events';
import { createTestDatabase, eventually, type TestDatabase } from '@skelly/testkit';
import { createTestLog } from '@skelly/testkit/log';
import { TransactionReason } from '@skelly/types/wallet';
import { createLedger, expireHold, WalletService } from '..';

const silent = { committed: () => undefined, close: async () => undefined };
const { PERFORMANCE_REQUEST, PURCHASE, TOP_UP } = TransactionReason;
const refused = (code: string) => expect.objectContaining({ name: 'WalletError', code });

describe('operations in a unit of work', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  function createService() {
    const now = () => new Date();
    const events = createEventSystem({ database, notifier: silent, now });
    return { events, wallets: new WalletService(createLedger({ events, database, now, log: createTestLog() })) };
  }
  async function memberWith(wallets: WalletService, amount: number): Promise<string> {
    const userId = randomUUID();
    await wallets.credit({ userId, amount, reason: TOP_UP });
    return userId;
  }

  test('keep a refusal under its key when the unit commits nevertheless', async () => {
    const { wallets, events } = createService();
    const userId = await memberWith(wallets, 100);
    const tooMuch = { userId, amount: 500, reason: PERFORMANCE_REQUEST, idempotencyKey: 'a' };
    const versioned = { userId, amount: 1, reason: PERFORMANCE_REQUEST, idempotencyKey: 'b', expectedVersion: 99 };
    await events.transaction(async (work) => {
      await expect(wallets.holdInEscrow(tooMuch, { work })).rejects.toEqual(refused('insufficient_funds'));
      await expect(wallets.holdInEscrow(versioned, { work })).rejects.toMatchObject({ code: 'wallet_changed' });
    });
    await wallets.credit({ userId, amount: 1_000, reason: TOP_UP });
    await expect(wallets.holdInEscrow(tooMuch)).rejects.toEqual(refused('insufficient_funds'));
    // That one was not final: it is decided anew.
    await expect(wallets.holdInEscrow(versioned)).rejects.toMatchObject({ code: 'wallet_changed' });
  });

  test('answer a repetition in the same unit', async () => {
    const { wallets, events } = createService();
    const userId = await memberWith(wallets, 100);
    const hold = { userId, amount: 30, reason: PERFORMANCE_REQUEST, idempotencyKey: 'a' };
    const tooMuch = { ...hold, amount: 300, idempotencyKey: 'b' };
    const first = await events.transaction(async (work) => {
      const answer = await wallets.holdInEscrow(hold, { work });
      expect(await wallets.holdInEscrow(hold, { work })).toEqual(answer);
      await expect(wallets.holdInEscrow({ ...hold, amount: 31 }, { work })).rejects.toEqual(
        refused('idempotency_key_reused'),
      );
      for (const _turn of [1, 2])
        await expect(wallets.holdInEscrow(tooMuch, { work })).rejects.toEqual(refused('insufficient_funds'));
      return answer;
    });
    expect(await wallets.holdInEscrow(hold)).toEqual(first);
    expect(await wallets.getBalance(userId)).toMatchObject({ availableBalance: 70 });
  });

  test('are decided one after the other, also when they are asked for at once', async () => {
    const { wallets, events } = createService();
    const userId = await memberWith(wallets, 100);
    const escrowId = randomUUID();
    await wallets.holdInEscrow({ userId, amount: 10, reason: PERFORMANCE_REQUEST, escrowId });
    const settled = await events.transaction(async (work) => {
      const debits = [10, 20, 30].map((amount) => wallets.debit({ userId, amount, reason: PURCHASE }, { work }));
      const about = { userId, escrowId, modelId: randomUUID(), reason: PERFORMANCE_REQUEST } as const;
      const settlements = [1, 2].map(() => wallets.settleEscrow(about, { work }));
      await Promise.all(debits);
      return Promise.allSettled(settlements);
    });
    expect(settled.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await wallets.getBalance(userId)).toMatchObject({ availableBalance: 30, escrowBalance: 0 });
  });

  test('expire a hold without waiting in a circle with those who settle it', async () => {
    const { wallets, events } = createService();
    const userId = await memberWith(wallets, 100);
    const escrowId = randomUUID();
    const about = { userId, escrowId, reason: PERFORMANCE_REQUEST } as const;
    await wallets.holdInEscrow({ ...about, amount: 10, expiresAt: new Date(Date.now() - 1_000) });
    let expired: Promise<boolean> | undefined;
    // As another process does it.
    const expireApart = AsyncResource.bind(() =>
      events.transaction((work) => expireHold(work, wallets, { escrowId, now: new Date() })),
    );
    const settle = async (work: UnitOfWork) => {
      await wallets.settleEscrow({ ...about, modelId: randomUUID() }, { work });
      expired = expireApart();
      expired.catch(() => undefined);
      await eventually('somebody who waits for the wallet', async () => {
        const { rows } = await database.pool.query(
          `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
        );
        return rows.length > 0;
      });
    };
    await events.transaction(settle);
    expect(await expired).toBe(false);
    expect(await wallets.getBalance(userId)).toMatchObject({ availableBalance: 90, escrowBalance: 0 });
  });

  test('are refused at once, though no connection is left to note it, and it is noted when one is', async () => {
    const { wallets } = createService();
    const userId = await memberWith(wallets, 100);
    const narrow = createDatabase({
      url: database.url,
      max: 1,
      applicationName: 'skelly-test',
      onConnectionError: () => undefined,
    });
    const now = () => new Date();
    const log = createTestLog();
    const events = createEventSystem({ database: narrow, notifier: silent, now });
    const ours = new WalletService(createLedger({ events, database: narrow, now, log }));
    await events.transaction(async (work) => {
      const tooMuch = { userId, amount: 500, reason: PERFORMANCE_REQUEST } as const;
      await expect(ours.holdInEscrow(tooMuch, { work })).rejects.toEqual(refused('insufficient_funds'));
    });
    const noted = 'select code from ledger_refusal where user_id = $1';
    await eventually('the refusal', async () => (await database.pool.query(noted, [userId])).rows.length === 1);
    expect(log.lines.filter(({ level }) => level === 'warn')).toEqual([]);
    await narrow.close();
  });
});
