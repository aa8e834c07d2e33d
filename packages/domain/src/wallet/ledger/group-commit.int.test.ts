import { createEventSystem, type EventSystem, fnv1a, type UnitOfWork } from '@skelly/events';
import { createTestDatabase, eventually, type TestDatabase } from '@skelly/testkit';
import { createTestLog } from '@skelly/testkit/log';
import { TransactionReason } from '@skelly/types/wallet';
import { v7 as uuidv7 } from 'uuid';
import { createLedger, type WalletEventMetrics, WalletService } from '..';

const silent = { committed: () => undefined, close: async () => undefined };
const { PERFORMANCE_REQUEST, PURCHASE, TOP_UP } = TransactionReason;
/** So many have company enough for a group of their own while another one of their wallet is under way. */
const GROUP = Array.from({ length: 8 }, (_, nth) => nth);

// Two groups of a wallet are under way at once; the second was decided on what the first has not written yet.
describe('groups of one wallet', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  const now = () => new Date();
  const serve = (events: EventSystem, metrics?: WalletEventMetrics) =>
    new WalletService(createLedger({ events, database, now, log: createTestLog(), ...(metrics && { metrics }) }));
  const createProcess = () => serve(createEventSystem({ database, notifier: silent, now }));

  /** A process whose units of work, once they are decided, commit one by one, when they are told to. */
  function createHeldProcess() {
    const system = createEventSystem({ database, notifier: silent, now });
    const held: (() => void)[] = [];
    let isHolding = false;
    const transaction = <T>(fn: (work: UnitOfWork) => Promise<T>) =>
      system.transaction(async (work) => {
        const result = await fn(work);
        if (isHolding) await new Promise<void>((go) => held.push(go));
        return result;
      });
    return {
      wallets: serve({ ...system, transaction: transaction as EventSystem['transaction'] }),
      hold() {
        isHolding = true;
      },
      /** Waits until so many are decided. */
      decided: (count: number) => eventually('the groups are decided', () => held.length === count),
      /** Lets one commit, by the order in which they were decided. */
      commit: (nth: number) => held[nth]?.(),
      release() {
        isHolding = false;
        for (const go of held) go();
      },
    };
  }

  /** A member with 100 points, whom the process remembers. */
  async function openWallet(wallets: WalletService, lane = 0): Promise<string> {
    let userId: string;
    do userId = `grouped-${uuidv7()}`;
    while (fnv1a(userId) % 2 !== lane);
    await wallets.credit({ userId, amount: 100, reason: TOP_UP });
    return userId;
  }

  test('are decided in the order in which they were asked for', async () => {
    const wallets = createProcess();
    const userId = await openWallet(wallets);
    const { version } = await wallets.getBalance(userId);
    const asked = Array.from({ length: 60 }, () => wallets.debit({ userId, amount: 1, reason: PURCHASE }));
    const answers = await Promise.all(asked);
    expect(answers.map(({ walletVersion }) => walletVersion - version)).toEqual(asked.map((_, nth) => nth + 1));
  });

  test('refuse nobody because of what was not written in the end', async () => {
    const { wallets, hold, decided, release } = createHeldProcess();
    const userId = await openWallet(wallets);
    hold();
    const all = wallets.holdInEscrow({ userId, amount: 100, reason: PERFORMANCE_REQUEST });
    await decided(1);
    const some = GROUP.map((nth) =>
      wallets.holdInEscrow({ userId, amount: 10, reason: PERFORMANCE_REQUEST, idempotencyKey: `some-${nth}` }),
    );
    await decided(2);
    // As many entries as the first group would have posted, and other balances.
    await createProcess().holdInEscrow({ userId, amount: 50, reason: PERFORMANCE_REQUEST });
    release();
    await expect(all).rejects.toMatchObject({ code: 'insufficient_funds' });
    const ends = await Promise.allSettled(some);
    expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(5);
    expect(await wallets.getBalance(userId)).toMatchObject({ availableBalance: 0, escrowBalance: 100 });
  });

  test('find the hold that the group before opens', async () => {
    const { wallets, hold, decided, commit, release } = createHeldProcess();
    const userId = await openWallet(wallets);
    hold();
    const escrowId = uuidv7();
    const opened = wallets.holdInEscrow({ userId, escrowId, amount: 40, reason: PERFORMANCE_REQUEST });
    await decided(1);
    const refund = wallets.refundEscrow({ userId, escrowId, reason: PERFORMANCE_REQUEST, idempotencyKey: 'refund' });
    const others = GROUP.map(() => wallets.debit({ userId, amount: 1, reason: PURCHASE }));
    await decided(2);
    commit(0);
    await opened;
    release();
    await Promise.all([refund, ...others]);
    expect(await wallets.getBalance(userId)).toMatchObject({ availableBalance: 92, escrowBalance: 0 });
  });

  test('say of a hold what the group before has made of it', async () => {
    const { wallets, hold, decided, commit, release } = createHeldProcess();
    const [userId, creator] = [await openWallet(wallets), await openWallet(wallets)];
    const escrowId = uuidv7();
    await wallets.holdInEscrow({ userId, escrowId, amount: 40, reason: PERFORMANCE_REQUEST });
    hold();
    const refunded = wallets.refundEscrow({ userId, escrowId, reason: PERFORMANCE_REQUEST });
    await decided(1);
    const again = wallets.refundEscrow({ userId, escrowId, reason: PERFORMANCE_REQUEST, idempotencyKey: 'again' });
    const about = { userId, escrowId, reason: PERFORMANCE_REQUEST, idempotencyKey: 'part' };
    const part = wallets.partialSettleEscrow({ ...about, modelId: creator, settleAmount: 40 });
    const others = GROUP.map(() => wallets.debit({ userId, amount: 1, reason: PURCHASE }));
    await decided(2);
    commit(0);
    await refunded;
    release();
    const refused = { status: 'rejected', reason: { code: 'escrow_already_refunded' } };
    expect(await Promise.allSettled([again, part])).toMatchObject([refused, refused]);
    await Promise.all(others);
  });

  test('wait for a wallet that one in another lane opens', async () => {
    const { wallets, hold, decided, commit, release } = createHeldProcess();
    const about = { amount: 10, reason: PERFORMANCE_REQUEST } as const;
    const payers = await Promise.all([0, 1].map((lane) => openWallet(wallets, lane)));
    const holds = await Promise.all(payers.map((userId) => wallets.holdInEscrow({ userId, ...about })));
    const creator = `creator-${uuidv7()}`;
    const settle = (nth: number) =>
      wallets.settleEscrow({
        userId: payers[nth] as string,
        escrowId: holds[nth]?.escrowId as string,
        modelId: creator,
        reason: PERFORMANCE_REQUEST,
      });
    hold();
    const opening = settle(0);
    await decided(1);
    const knowing = settle(1);
    await decided(2);
    commit(1);
    // It was told that there is no such account, and opens it as well: behind the first.
    await eventually('it waits', async () => {
      const { rowCount } = await database.pool.query(
        `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      );
      return rowCount === 1;
    });
    release();
    await Promise.all([opening, knowing]);
    expect(await wallets.getBalance(creator)).toMatchObject({ earningsBalance: 20 });
  });

  test('count their events once, when they have committed, and none that nobody knows to have', async () => {
    const counted: string[] = [];
    const system = createEventSystem({ database, notifier: silent, now });
    const trouble: Error[] = [];
    // As when a commit's answer is lost.
    const transaction = async <T>(fn: (work: UnitOfWork) => Promise<T>) => {
      const result = await system.transaction(fn);
      for (const error of trouble.splice(0)) throw error;
      return result;
    };
    const wallets = serve(
      { ...system, transaction: transaction as EventSystem['transaction'] },
      { count: (metric, type) => void counted.push(`${metric} ${type}`) },
    );
    const userId = await openWallet(wallets);
    const debit = () => wallets.debit({ userId, amount: 1, reason: PURCHASE });
    const published = ['wallet:ledger-entry.created', 'wallet:balance.updated'].map(
      (type) => `WALLET_EVENT_PUBLISHED ${type}`,
    );
    expect(counted.splice(0)).toEqual(published);
    // What is remembered is no longer so: tried again.
    await createProcess().debit({ userId, amount: 1, reason: PURCHASE });
    await debit();
    expect(counted.splice(0)).toEqual(published);
    trouble.push(new Error('nobody knows'));
    await expect(debit()).rejects.toThrow('nobody knows');
    expect(counted).toEqual([]);
    expect(await createProcess().getBalance(userId)).toMatchObject({ availableBalance: 97 });
  });

  test('keep nobody waiting for one that is refused for now', async () => {
    const wallets = createProcess();
    const userId = await openWallet(wallets);
    const limits = { maxAmount: 5, dailyAmount: 1_000, perMinute: 100 };
    const tooMuch = { userId, amount: 6, reason: PERFORMANCE_REQUEST, idempotencyKey: 'too-much' };
    const [refused, ...others] = await Promise.allSettled([
      wallets.holdInEscrow(tooMuch, { limits }),
      ...GROUP.map(() => wallets.debit({ userId, amount: 1, reason: PURCHASE })),
    ]);
    expect(refused).toMatchObject({ status: 'rejected', reason: { code: 'amount_limit' } });
    expect(others.every(({ status }) => status === 'fulfilled')).toBe(true);
    expect(await wallets.holdInEscrow(tooMuch)).toMatchObject({ escrowBalance: 6 });
  });
});
