import type { Database } from '@skelly/db';
import { createEventSystem, EventBus, type EventSystem, type Log } from '@skelly/events';
import { createTestDatabase, type TestDatabase } from '@skelly/testkit';
import { createTestLog } from '@skelly/testkit/log';
import { TransactionReason, walletEvents } from '@skelly/types/wallet';
import { sql } from 'drizzle-orm';
import {
  BalanceSnapshotCache,
  createBalances,
  createLedger,
  createWalletEventPublisher,
  publishOnBus,
  WalletService,
} from './index';

describe('the guide to wallets', () => {
  let database: TestDatabase;
  let events: EventSystem;
  let wallets: WalletService;
  const now = () => new Date();
  const log = createTestLog();
  const notifier = { committed: () => undefined, close: async () => undefined };
  beforeEach(async () => {
    database = await createTestDatabase();
    events = createEventSystem({ database, notifier, now });
    wallets = createWallets({ events, database, log });
    await wallets.credit({ userId: 'fan-1', amount: 1_000, reason: TransactionReason.TOP_UP });
  });
  afterEach(() => database.drop());

  function createWallets({ events, database, log }: { events: EventSystem; database: Database; log: Log }) {
    // #region ledger
    const ledger = createLedger({ events, database, now: () => new Date(), log });
    const wallets = new WalletService(ledger);
    // #endregion
    return wallets;
  }
  const hold = async (amount: number) =>
    (await wallets.holdInEscrow({ userId: 'fan-1', amount, reason: TransactionReason.PERFORMANCE_REQUEST }))
      .escrowId as string;

  test('a hold is made and settled in part', async () => {
    // #region hold
    const { escrowId } = await wallets.holdInEscrow({
      userId: 'fan-1',
      amount: 300,
      reason: TransactionReason.PERFORMANCE_REQUEST,
      featureType: 'performance',
      queueItemId: 'request-7',
      expiresAt: new Date(Date.now() + 3 * 86_400_000),
    });
    const { availableBalance } = await wallets.partialSettleEscrow({
      userId: 'fan-1',
      escrowId: escrowId as string,
      modelId: 'creator-1',
      settleAmount: 200,
      reason: TransactionReason.PERFORMANCE_COMPLETED,
    });
    // #endregion
    expect(availableBalance).toBe(800);
  });

  test('a repetition gets the first answer', async () => {
    // #region once
    const request = {
      userId: 'fan-1',
      amount: 300,
      reason: TransactionReason.PERFORMANCE_REQUEST,
      idempotencyKey: 'request-7',
    };
    const first = await wallets.holdInEscrow(request);
    const again = await wallets.holdInEscrow(request);
    // #endregion
    expect(again).toEqual(first);
    expect(await wallets.getBalance('fan-1')).toMatchObject({ escrowBalance: 300 });
  });

  test('money moves with a change, or not at all', async () => {
    const escrowId = await hold(300);
    await database.pool.query('create table performance (id text primary key, done boolean not null)');
    const perform = (id: string) =>
      // #region unit
      events.transaction(async (work) => {
        await work.tx.execute(sql`insert into performance values (${id}, true)`);
        await wallets.settleEscrow(
          { userId: 'fan-1', escrowId, modelId: 'creator-1', reason: TransactionReason.PERFORMANCE_COMPLETED },
          { work },
        );
      });
    // #endregion
    await perform('a');
    await expect(perform('b')).rejects.toMatchObject({ code: 'escrow_already_settled' });
    expect((await database.pool.query('select id from performance')).rows).toEqual([{ id: 'a' }]);
  });

  test('a decision on a version is made again when the wallet has moved on', async () => {
    // #region version
    await wallets.retryOnConflict(async () => {
      const { availableBalance, version } = await wallets.getBalance('fan-1');
      return wallets.debit({
        userId: 'fan-1',
        amount: Math.floor(availableBalance / 10),
        reason: TransactionReason.PURCHASE,
        expectedVersion: version,
      });
    });
    // #endregion
    expect(await wallets.getBalance('fan-1')).toMatchObject({ availableBalance: 900 });
  });

  test('an event is published by hand', async () => {
    // #region publish
    const publisher = createWalletEventPublisher((contract, data, options) =>
      events.emitEvent(contract, data, 'wallet', options),
    );
    await publisher.publishEscrowRefunded({
      userId: 'fan-1',
      escrowId: 'their-hold-1',
      amount: 100,
      reason: TransactionReason.PERFORMANCE_DECLINED,
      transactionId: 'their-transaction-1',
      userAvailableBalance: 1_000,
      userEscrowBalance: 0,
      idempotencyKey: 'their-refund-1',
    });
    // #endregion
    const { rows } = await database.pool.query(`select from event_history where type = 'wallet:escrow.refunded'`);
    expect(rows).toHaveLength(1);
  });

  test('a bus of the process is told of commits', async () => {
    const seen: number[] = [];
    // #region bus
    const bus = new EventBus({ contracts: walletEvents });
    bus.subscribe({
      subscriberId: 'counter',
      eventTypes: ['wallet:escrow.held'],
      handler: ({ data }) => seen.push(data.amount),
    });
    const onCommitted = publishOnBus({ bus, log });
    const ledger = createLedger({ events, database, now, log, onCommitted });
    // #endregion
    const reason = TransactionReason.PERFORMANCE_REQUEST;
    await new WalletService(ledger).holdInEscrow({ userId: 'fan-1', amount: 5, reason });
    await bus.idle();
    expect(seen).toEqual([5]);
  });

  test('balances are answered from memory', async () => {
    // #region cache
    const cache = new BalanceSnapshotCache({ maxSize: 10_000, ttlMs: 3_600_000 });
    const balances = createBalances({ database, cache, onError: (error) => log.warn({ err: error }, 'not followed') });
    const events = createEventSystem({ database, notifier: balances.listenTo(notifier), now });
    // #endregion
    await balances.sync();
    // #region balance
    const { availableBalance, version } = await balances.read('fan-1');
    const known = cache.getBalance('fan-1', 'user');
    // #endregion
    expect(known).toMatchObject({ availableBalance, version });
    const reason = TransactionReason.REWARD;
    await createWallets({ events, database, log }).credit({ userId: 'fan-1', amount: 5, reason });
    expect(cache.getBalance('fan-1')).toMatchObject({ availableBalance: availableBalance + 5, version: version + 1 });
    await balances.close();
  });
});
