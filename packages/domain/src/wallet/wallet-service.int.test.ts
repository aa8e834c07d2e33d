import { createEventSystem } from '@skelly/events';
import { createTestDatabase, type TestDatabase } from '@skelly/testkit';
import { createTestLog } from '@skelly/testkit/log';
import { TransactionReason, WalletEventType } from '@skelly/types/wallet';
import { createLedger, OptimisticLockError, WalletError, WalletService } from './index';

const silent = { committed: () => undefined, close: async () => undefined };
const { PERFORMANCE_REQUEST, TOP_UP, MEMBER_TRANSFER } = TransactionReason;

describe('the wallet', () => {
  let database: TestDatabase;
  let nth = 0;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  /** As another process has it. */
  function createService(options: Parameters<typeof createLedger>[0]['groupCommit'] = {}) {
    const now = () => new Date();
    const events = createEventSystem({ database, notifier: silent, now });
    const ledger = createLedger({ events, database, now, log: createTestLog(), groupCommit: options });
    return { events, wallets: new WalletService(ledger) };
  }
  const rows = async (text: string, values: unknown[] = []) => (await database.pool.query(text, values)).rows;
  const newMember = () => {
    nth += 1;
    return `member-${nth}`;
  };
  const refused = (code: string) => expect.objectContaining({ code });
  async function memberWith(wallets: WalletService, amount: number): Promise<string> {
    const userId = newMember();
    await wallets.credit({ userId, amount, reason: TOP_UP });
    return userId;
  }

  test('holds, settles, refunds and splits, and says what is left', async () => {
    const { wallets } = createService();
    const userId = await memberWith(wallets, 1_000);
    const modelId = newMember();
    const hold = (amount: number) => wallets.holdInEscrow({ userId, amount, reason: PERFORMANCE_REQUEST });
    const first = await hold(100);
    expect(first).toMatchObject({ amount: 100, availableBalance: 900, escrowBalance: 100 });
    const [second, third] = [await hold(200), await hold(300)];
    const about = { userId, reason: PERFORMANCE_REQUEST } as const;
    await wallets.settleEscrow({ ...about, escrowId: first.escrowId as string, modelId });
    await wallets.refundEscrow({ ...about, escrowId: second.escrowId as string });
    const split = { ...about, escrowId: third.escrowId as string, modelId, settleAmount: 250 };
    expect(await wallets.partialSettleEscrow(split)).toMatchObject({ availableBalance: 650, escrowBalance: 0 });
    expect(await wallets.getBalance(modelId)).toMatchObject({ earningsBalance: 350, version: 2 });
    expect(
      await rows(
        `select status, settled_amount::int as settled, refunded_amount::int as refunded from escrow where owner = $1 order by id`,
        [userId],
      ),
    ).toEqual([
      { status: 'settled', settled: 100, refunded: 0 },
      { status: 'refunded', settled: 0, refunded: 200 },
      { status: 'partially_settled', settled: 250, refunded: 50 },
    ]);
    const events = await rows('select type from event_history where subject = $1 order by position', [
      `wallet:${userId}`,
    ]);
    expect(events.filter(({ type }) => type.startsWith('wallet:escrow')).map(({ type }) => type)).toEqual([
      WalletEventType.ESCROW_HELD,
      WalletEventType.ESCROW_HELD,
      WalletEventType.ESCROW_HELD,
      WalletEventType.ESCROW_SETTLED,
      WalletEventType.ESCROW_REFUNDED,
      WalletEventType.ESCROW_PARTIAL_SETTLED,
    ]);
  });

  test('of 500 holds at once on one wallet that can afford 300, exactly 300 succeed', async () => {
    const services = [createService(), createService()];
    const userId = await memberWith((services[0] as (typeof services)[0]).wallets, 3_000);
    const results = await Promise.allSettled(
      Array.from({ length: 500 }, (_, turn) =>
        (services[turn % 2] as (typeof services)[0]).wallets.holdInEscrow({
          userId,
          amount: 10,
          reason: PERFORMANCE_REQUEST,
        }),
      ),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(300);
    for (const result of results)
      if (result.status === 'rejected') expect(result.reason).toEqual(refused('insufficient_funds'));
    expect(await services[0]?.wallets.getBalance(userId)).toMatchObject({ availableBalance: 0, escrowBalance: 3_000 });
    const [open] = await rows(
      `select count(*)::int, sum(amount)::int from escrow where owner = $1 and status = 'held'`,
      [userId],
    );
    expect(open).toEqual({ count: 300, sum: 3_000 });
  });

  test('answers a repetition with the first answer, whatever has happened since', async () => {
    const { wallets } = createService();
    const other = createService().wallets;
    const userId = await memberWith(wallets, 100);
    const request = { userId, amount: 60, reason: PERFORMANCE_REQUEST, idempotencyKey: 'k1' };
    const first = await wallets.holdInEscrow(request);
    await wallets.credit({ userId, amount: 500, reason: TOP_UP });
    expect(await wallets.holdInEscrow(request)).toEqual(first);
    expect(await other.holdInEscrow(request)).toEqual(first);
    await expect(wallets.holdInEscrow({ ...request, amount: 61 })).rejects.toEqual(refused('idempotency_key_reused'));
    const many = await Promise.all(
      Array.from({ length: 20 }, (_, turn) =>
        (turn % 2 ? wallets : other).debit({ userId, amount: 5, reason: 'purchase', idempotencyKey: 'k1' }),
      ),
    );
    expect(new Set(many.map(({ transactionId }) => transactionId)).size).toBe(1);
    expect((await wallets.getBalance(userId)).availableBalance).toBe(535);
    const tooMuch = { userId, amount: 9_999, reason: PERFORMANCE_REQUEST, idempotencyKey: 'k2' };
    await expect(wallets.holdInEscrow(tooMuch)).rejects.toEqual(refused('insufficient_funds'));
    await wallets.credit({ userId, amount: 20_000, reason: TOP_UP });
    await expect(wallets.holdInEscrow(tooMuch)).rejects.toEqual(refused('insufficient_funds'));
  });

  test('refuses what cannot be, moves nothing, and keeps who asked for what', async () => {
    const { wallets } = createService();
    const userId = await memberWith(wallets, 100);
    const before = await wallets.getBalance(userId);
    for (const amount of [0, -1, 1.5, 1e13, Number.NaN, '5' as unknown as number])
      await expect(wallets.holdInEscrow({ userId, amount, reason: PERFORMANCE_REQUEST })).rejects.toEqual(
        refused('amount_invalid'),
      );
    await expect(
      wallets.holdInEscrow({ userId, amount: 1, currency: 'euros' as 'gems', reason: PERFORMANCE_REQUEST }),
    ).rejects.toEqual(refused('currency_unknown'));
    await expect(wallets.transfer({ userId, toUserId: userId, amount: 1, reason: MEMBER_TRANSFER })).rejects.toEqual(
      refused('same_wallet'),
    );
    const { escrowId } = await wallets.holdInEscrow({ userId, amount: 50, reason: PERFORMANCE_REQUEST });
    const about = { escrowId: escrowId as string, modelId: 'm', reason: PERFORMANCE_REQUEST } as const;
    await expect(wallets.settleEscrow({ ...about, userId: newMember() })).rejects.toEqual(refused('escrow_not_found'));
    await expect(wallets.partialSettleEscrow({ ...about, userId, settleAmount: 51 })).rejects.toEqual(
      refused('amount_above_hold'),
    );
    await wallets.settleEscrow({ ...about, userId });
    await expect(wallets.settleEscrow({ ...about, userId })).rejects.toEqual(refused('escrow_already_settled'));
    await expect(wallets.refundEscrow({ ...about, userId })).rejects.toEqual(refused('escrow_already_settled'));
    expect((await wallets.getBalance(userId)).availableBalance).toBe(before.availableBalance - 50);
    const kept = await rows(`select operation, code from ledger_refusal where user_id = $1 order by id`, [userId]);
    expect(kept.map(({ code }) => code)).toEqual([
      ...Array(6).fill('amount_invalid'),
      'currency_unknown',
      'same_wallet',
      'amount_above_hold',
      'escrow_already_settled',
      'escrow_already_settled',
    ]);
  });

  test('moves with a caller’s unit of work, or not at all', async () => {
    const { wallets, events } = createService();
    const userId = await memberWith(wallets, 100);
    const hold = { userId, amount: 30, reason: PERFORMANCE_REQUEST } as const;
    await events.transaction(async (work) => {
      await wallets.holdInEscrow(hold, { work });
      expect(await wallets.holdInEscrow(hold, { work })).toMatchObject({ availableBalance: 40 });
      await expect(wallets.holdInEscrow({ ...hold, amount: 41 }, { work })).rejects.toBeInstanceOf(WalletError);
    });
    const failing = events.transaction(async (work) => {
      await wallets.holdInEscrow(hold, { work });
      throw new Error('changed my mind');
    });
    await expect(failing).rejects.toThrow('changed my mind');
    await expect(events.transaction(() => wallets.holdInEscrow(hold))).rejects.toThrow('unit of work that is open');
    expect(await wallets.getBalance(userId)).toMatchObject({ availableBalance: 40, escrowBalance: 60 });
    // What was remembered before the unit moved it is noticed.
    expect(await wallets.holdInEscrow(hold)).toMatchObject({ availableBalance: 10 });
  });

  test('keeps to the version that a caller brings', async () => {
    const { wallets } = createService();
    const userId = await memberWith(wallets, 100);
    const stale = await wallets.getBalance(userId);
    const debit = (expectedVersion: number) =>
      wallets.debit({ userId, amount: 10, reason: 'purchase', expectedVersion });
    await debit(stale.version);
    await expect(debit(stale.version)).rejects.toBeInstanceOf(OptimisticLockError);
    let reads = 0;
    await wallets.retryOnConflict(async () => {
      reads += 1;
      const { version } = reads === 1 ? stale : await wallets.getBalance(userId);
      return debit(version);
    });
    expect(reads).toBe(2);
    expect((await wallets.getBalance(userId)).availableBalance).toBe(80);
  });

  describe('the database itself', () => {
    const transfer = `insert into ledger_transfer (id, operation_id, kind, reason, debit_account, credit_account, currency, amount,
      debit_entry, debit_balance, credit_entry, credit_balance) values (gen_random_uuid(), 'raw', 'transfer', 'adjustment', `;
    const accountOf = async (userId: string, kind: string) =>
      (
        await rows(
          'select id::int, balance::int, entries::int from ledger_account where owner = $1 and kind = $2 and currency = $3',
          [userId, kind, 'points'],
        )
      )[0];

    test('refuses a negative balance, mixed currencies, unbalanced entries, and any change of a transfer', async () => {
      const { wallets } = createService();
      const userId = await memberWith(wallets, 100);
      await wallets.credit({ userId, amount: 5, currency: 'gems', reason: TOP_UP });
      const [from, to] = [await accountOf(userId, 'available'), await accountOf(userId, 'escrow')];
      const [gems] = await rows(
        `select id::int from ledger_account where owner = $1 and currency = 'gems' and kind = 'escrow'`,
        [userId],
      );
      const code = (sqlstate: string) => expect.objectContaining({ code: sqlstate });
      const refuse = (text: string, sqlstate: string) =>
        expect(database.pool.query(text)).rejects.toEqual(code(sqlstate));
      await refuse(`${transfer} ${from.id}, ${to.id}, 'points', 101, 2, -1, 1, 101)`, '23514');
      await refuse(`${transfer} ${from.id}, ${to.id}, 'points', 101, 2, 0, 1, 101)`, 'SL001');
      await refuse(`${transfer} ${from.id}, ${gems.id}, 'points', 1, 2, 99, 1, 1)`, 'SL003');
      await refuse(`${transfer} ${from.id}, 999999, 'points', 1, 2, 99, 1, 1)`, 'SL004');
      await refuse(`${transfer} ${from.id}, ${to.id}, 'points', 1, 2, 99, 1, 2)`, 'SL001');
      await refuse('update ledger_transfer set amount = 1', 'SL005');
      await refuse('delete from ledger_transfer', 'SL005');
      await refuse('truncate ledger_transfer', 'SL005');
      await database.pool.query(`${transfer} ${from.id}, ${to.id}, 'points', 1, 2, 99, 1, 1)`);
      expect(await wallets.getBalance(userId)).toMatchObject({ availableBalance: 99, escrowBalance: 1 });
      await database.pool.query(`update ledger_account set frozen_at = now(), frozen_reason = 'test' where id = $1`, [
        from.id,
      ]);
      await refuse(`${transfer} ${from.id}, ${to.id}, 'points', 1, 3, 98, 2, 2)`, 'SL002');
      await expect(wallets.debit({ userId, amount: 1, reason: 'purchase' })).rejects.toEqual(refused('wallet_frozen'));
    });
  });
});
