import { createDatabase } from '@skelly/db';
import { createEventSystem } from '@skelly/events';
import { createTestDatabase, eventually, startTcpProxy, type TcpProxy, type TestDatabase } from '@skelly/testkit';
import { createTestLog } from '@skelly/testkit/log';
import { TransactionReason } from '@skelly/types/wallet';
import { BalanceSnapshotCache, type Balances, createBalances, createLedger, type Decision, WalletService } from '..';

const silent = { committed: () => undefined, close: async () => undefined };
const { TOP_UP, PERFORMANCE_REQUEST, PURCHASE } = TransactionReason;

describe('balances from memory', () => {
  let database: TestDatabase;
  let proxy: TcpProxy;
  let reached: ReturnType<typeof createDatabase>;
  let cache: BalanceSnapshotCache;
  let balances: Balances;
  const errors: unknown[] = [];
  const now = () => new Date();

  beforeEach(async () => {
    database = await createTestDatabase();
    // The process whose memory it is reaches Postgres by a way that a test can cut.
    proxy = await startTcpProxy(database.url);
    const onConnectionError = () => undefined;
    reached = createDatabase({ url: proxy.url, applicationName: 'test', queryTimeoutMs: 2_000, onConnectionError });
    cache = new BalanceSnapshotCache();
    errors.length = 0;
    const onError = (error: unknown) => errors.push(error);
    balances = createBalances({ database: reached, cache, intervalMs: 20, epochIntervalMs: 20, onError });
    await balances.sync();
  });
  afterEach(async () => {
    await balances.close();
    await reached.close();
    await proxy.close();
    await database.drop();
  });

  /** A process that moves money; told of its commits is who asks for it. */
  function createService(onCommitted?: (decision: Decision) => void): WalletService {
    const events = createEventSystem({ database, notifier: silent, now });
    const told = onCommitted ? { onCommitted } : {};
    return new WalletService(createLedger({ events, database, now, log: createTestLog(), ...told }));
  }

  test('a first read fills it, what others commit keeps it up to date, and further reads ask nobody', async () => {
    const others = createService();
    await others.credit({ userId: 'mara', amount: 500, reason: TOP_UP });
    expect(await balances.read('mara')).toMatchObject({ availableBalance: 500, version: 1 });
    await others.holdInEscrow({ userId: 'mara', amount: 200, reason: PERFORMANCE_REQUEST });
    await balances.sync();
    const { misses } = cache.use();
    expect(await balances.read('mara')).toMatchObject({ availableBalance: 300, escrowBalance: 200, version: 3 });
    expect(cache.use().misses).toBe(misses);
    expect(await balances.read('nobody', 'gems')).toMatchObject({ availableBalance: 0, version: 0 });
  });

  test('knows of the commits of its own process when they are answered', async () => {
    const events = createEventSystem({ database, notifier: balances.listenTo(silent), now });
    const own = new WalletService(createLedger({ events, database, now, log: createTestLog() }));
    const { walletVersion } = await own.credit({ userId: 'mara', amount: 500, reason: TOP_UP });
    expect(cache.getBalance('mara')).toMatchObject({ availableBalance: 500, version: walletVersion });
    const { escrowId } = await own.holdInEscrow({ userId: 'mara', amount: 200, reason: PERFORMANCE_REQUEST });
    await own.settleEscrow({
      userId: 'mara',
      escrowId: escrowId as string,
      modelId: 'model-1',
      reason: PERFORMANCE_REQUEST,
    });
    expect(cache.getBalance('model-1', 'model')).toMatchObject({ earningsBalance: 200 });
    // In a unit of work of somebody else's, too.
    const debit = { userId: 'mara', amount: 100, reason: PURCHASE } as const;
    await events.transaction((work) => own.debit(debit, { work }));
    expect(cache.getBalance('mara')).toMatchObject({ availableBalance: 200 });
  });

  test('answers nothing that is older than a version known elsewhere', async () => {
    const others = createService();
    await others.credit({ userId: 'mara', amount: 500, reason: TOP_UP });
    await balances.read('mara');
    for (let round = 0; round < 20; round += 1) {
      const { walletVersion } = await others.credit({ userId: 'mara', amount: 1, reason: TOP_UP });
      expect((await balances.read('mara', 'points', walletVersion)).version).toBe(walletVersion);
    }
  });

  test('says nothing from memory while it hears nothing, and has missed nothing when it hears again', async () => {
    const others = createService();
    await others.credit({ userId: 'mara', amount: 500, reason: TOP_UP });
    await balances.read('mara');
    await proxy.cut();
    await eventually('it to notice', () => errors.length > 0);
    await expect(balances.read('mara')).rejects.toThrow();
    await others.credit({ userId: 'mara', amount: 100, reason: TOP_UP });
    await proxy.restore();
    await eventually('it to hear again', () =>
      balances.sync().then(
        () => true,
        () => false,
      ),
    );
    const { hits } = cache.use();
    expect(await balances.read('mara')).toMatchObject({ availableBalance: 600, version: 2 });
    expect(cache.use().hits).toBe(hits + 1);
  });

  test('begins anew when the database was restored from a backup', async () => {
    const others = createService();
    await others.credit({ userId: 'mara', amount: 500, reason: TOP_UP });
    await balances.read('mara');
    const { size } = cache.use();
    expect(size).toBe(1);
    await database.pool.query(`update push_epoch set epoch = 'restored'`);
    await eventually('it to forget', () => cache.use().size === 0);
    expect(await balances.read('mara')).toMatchObject({ availableBalance: 500 });
  });

  test('whoever is told of a commit and fails neither undoes it nor has it done twice', async () => {
    const own = createService(() => {
      throw new Error('not now');
    });
    await Promise.all(
      [1, 2, 3].map((amount) => own.credit({ userId: 'mara', amount, reason: TOP_UP, idempotencyKey: `k${amount}` })),
    );
    expect(await own.getBalance('mara')).toMatchObject({ availableBalance: 6, version: 3 });
  });
});
