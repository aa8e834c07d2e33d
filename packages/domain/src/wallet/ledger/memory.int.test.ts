import { createEventSystem } from '@skelly/events';
import { createTestDatabase, type TestDatabase } from '@skelly/testkit';
import { createTestLog } from '@skelly/testkit/log';
import { TransactionReason } from '@skelly/types/wallet';
import { createLedger, type LedgerDependencies, OptimisticLockError, WalletService } from '..';

const silent = { committed: () => undefined, close: async () => undefined };
const { PERFORMANCE_REQUEST, TOP_UP, PURCHASE } = TransactionReason;
const refused = (code: string) => expect.objectContaining({ code });

// What a process remembers of wallets makes it fast; what another one has done meanwhile must show all the same.
describe('what a process remembers of a wallet', () => {
  let database: TestDatabase;
  let nth = 0;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  function createService(options: Partial<LedgerDependencies> = {}): WalletService {
    const now = () => new Date();
    const events = createEventSystem({ database, notifier: silent, now });
    return new WalletService(createLedger({ events, database, now, log: createTestLog(), ...options }));
  }
  /** Two processes, and a member with 100 points whom the first of them remembers. */
  async function twoProcesses() {
    nth += 1;
    const userId = `remembered-${nth}`;
    const [ours, theirs] = [createService(), createService()];
    await ours.credit({ userId, amount: 100, reason: TOP_UP });
    return { ours, theirs, userId };
  }
  const setFrozen = (userId: string, frozen: boolean) =>
    database.pool.query(
      `update ledger_account set frozen_at = case when $2 then now() end, frozen_reason = case when $2 then 'test' end
       where owner = $1`,
      [userId, frozen],
    );

  test('refuses nobody for want of money that came by another process', async () => {
    const { ours, theirs, userId } = await twoProcesses();
    await theirs.credit({ userId, amount: 900, reason: TOP_UP });
    const hold = { userId, amount: 1_000, reason: PERFORMANCE_REQUEST, idempotencyKey: 'k' };
    expect(await ours.holdInEscrow(hold)).toMatchObject({ availableBalance: 0, escrowBalance: 1_000 });
  });

  test('takes the version that was read from the database, also when another process has raised it', async () => {
    const { ours, theirs, userId } = await twoProcesses();
    const before = await ours.getBalance(userId);
    await theirs.credit({ userId, amount: 1, reason: TOP_UP });
    const debit = (expectedVersion: number) => ours.debit({ userId, amount: 1, reason: PURCHASE, expectedVersion });
    expect(await debit((await theirs.getBalance(userId)).version)).toMatchObject({ walletVersion: before.version + 2 });
  });

  test('refuses a version that has passed, though only accounts have moved that are not touched now', async () => {
    const { ours, theirs, userId } = await twoProcesses();
    const { version } = await ours.getBalance(userId);
    await theirs.credit({ userId: 'patron', amount: 50, reason: TOP_UP });
    const about = { userId: 'patron', reason: PERFORMANCE_REQUEST } as const;
    const { escrowId } = await theirs.holdInEscrow({ ...about, amount: 50 });
    await theirs.settleEscrow({ ...about, escrowId: escrowId as string, modelId: userId });
    const debit = ours.debit({ userId, amount: 1, reason: PURCHASE, expectedVersion: version });
    await expect(debit).rejects.toBeInstanceOf(OptimisticLockError);
    const answer = await ours.debit({ userId, amount: 1, reason: PURCHASE });
    expect(answer).toMatchObject({ availableBalance: 99, earningsBalance: 50, walletVersion: version + 2 });
  });

  test('notices that a wallet was frozen, and that it is frozen no longer', async () => {
    const { ours, userId } = await twoProcesses();
    const debit = () => ours.debit({ userId, amount: 1, reason: PURCHASE });
    await setFrozen(userId, true);
    await expect(debit()).rejects.toEqual(refused('wallet_frozen'));
    await expect(debit()).rejects.toEqual(refused('wallet_frozen'));
    await setFrozen(userId, false);
    expect(await debit()).toMatchObject({ availableBalance: 99 });
  });

  test('answers a repetition with the first answer, though it would be refused by now', async () => {
    const { ours, userId } = await twoProcesses();
    const { version } = await ours.getBalance(userId);
    const versioned = { userId, amount: 1, reason: PURCHASE, expectedVersion: version, idempotencyKey: 'v' };
    const first = await ours.debit(versioned);
    expect(await ours.debit(versioned)).toEqual(first);
    const limits = { maxAmount: 10, dailyAmount: 10, perMinute: 100 };
    const hold = { userId, amount: 10, reason: PERFORMANCE_REQUEST, idempotencyKey: 'l' };
    const held = await ours.holdInEscrow(hold, { limits });
    expect(await ours.holdInEscrow(hold, { limits })).toEqual(held);
    await setFrozen(userId, true);
    await expect(ours.debit({ userId, amount: 1, reason: PURCHASE })).rejects.toEqual(refused('wallet_frozen'));
    expect(await ours.holdInEscrow(hold, { limits })).toEqual(held);
  });

  test('moves money once when whoever listens for commits fails', async () => {
    const { userId } = await twoProcesses();
    const wallets = createService({
      onCommitted: () => {
        throw new Error('nobody home');
      },
    });
    const debits = [1, 2, 3].map((amount) => wallets.debit({ userId, amount, reason: PURCHASE }));
    await Promise.all(debits);
    expect((await wallets.getBalance(userId)).availableBalance).toBe(94);
  });

  test('says nothing of a group whose commit got an answer that it could not read', async () => {
    const { userId } = await twoProcesses();
    const now = () => new Date();
    let failures = 0;
    const notifier = {
      ...silent,
      committed() {
        failures += 1;
        if (failures === 3) throw new Error('after the commit');
      },
    };
    const events = createEventSystem({ database, notifier, now });
    const wallets = new WalletService(createLedger({ events, database, now, log: createTestLog() }));
    const debits = [1, 2, 3].map((amount) => wallets.debit({ userId, amount, reason: PURCHASE }));
    await Promise.allSettled(debits);
    expect((await wallets.getBalance(userId)).availableBalance).toBe(94);
  });
});
