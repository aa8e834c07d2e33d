import { randomUUID } from 'node:crypto';
import { createEventSystem } from '@skelly/events';
import { createTestDatabase, type TestDatabase } from '@skelly/testkit';
import { createTestLog } from '@skelly/testkit/log';
import { TransactionReason } from '@skelly/types/wallet';
import { createLedger, WalletService } from './index';

const silent = { committed: () => undefined, close: async () => undefined };
const { PERFORMANCE_REQUEST, TOP_UP } = TransactionReason;
const refused = (code: string) => expect.objectContaining({ name: 'WalletError', code });

describe('requests that cannot be done', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  function createService() {
    const now = () => new Date();
    const log = createTestLog();
    const events = createEventSystem({ database, notifier: silent, now });
    return { events, log, wallets: new WalletService(createLedger({ events, database, now, log })) };
  }
  const rows = async (text: string, values: unknown[] = []) => (await database.pool.query(text, values)).rows;
  const held = async (userId: string) =>
    rows(
      `select balance::int, (select coalesce(sum(amount), 0)::int from escrow where owner = $1 and status = 'held') as open
       from ledger_account where owner = $1 and kind = 'escrow'`,
      [userId],
    );

  test.each([
    ['a userId with U+0000', 'a\u0000b'],
    ['a userId with half a surrogate pair', 'a\ud800b'],
    ['a userId that is too long for its events', 'u'.repeat(194)],
  ])('%s is refused as any other mistake, and the refusal of others is kept', async (_what, userId) => {
    const { wallets, log } = createService();
    const other = `other-${userId.length}-${randomUUID()}`;
    const attempts = [userId, other].map((of) => wallets.debit({ userId: of, amount: 1, reason: 'purchase' }));
    const [mistaken, poor] = await Promise.allSettled(attempts);
    expect(mistaken).toMatchObject({ status: 'rejected', reason: refused('request_invalid') });
    expect(poor).toMatchObject({ status: 'rejected', reason: refused('insufficient_funds') });
    expect(await rows('select code from ledger_refusal where user_id = $1', [other])).toHaveLength(1);
    expect(log.lines.filter(({ level }) => level === 'warn')).toEqual([]);
  });

  test('a member with the longest id that fits gets all events', async () => {
    const { wallets } = createService();
    const userId = 'u'.repeat(193);
    expect(await wallets.credit({ userId, amount: 5, reason: TOP_UP })).toMatchObject({ availableBalance: 5 });
  });

  test('a time of expiry that the calendar has not is refused', async () => {
    const { wallets } = createService();
    const userId = randomUUID();
    await wallets.credit({ userId, amount: 5, reason: TOP_UP });
    const hold = { userId, amount: 5, reason: PERFORMANCE_REQUEST, expiresAt: new Date(8.64e15) } as const;
    await expect(wallets.holdInEscrow(hold)).rejects.toEqual(refused('request_invalid'));
  });

  test.each([
    ['a hold', {}],
    ['a hold that expires', { expiresAt: new Date(Date.now() + 3_600_000) }],
  ])('an id of %s is taken once, whether both come together, one by one, or in a unit of work', async (_, expiry) => {
    const { wallets, events } = createService();
    const [userId, other] = [randomUUID(), randomUUID()];
    for (const owner of [userId, other]) await wallets.credit({ userId: owner, amount: 100, reason: TOP_UP });
    const hold = (owner: string, escrowId: string) => ({
      userId: owner,
      amount: 10,
      reason: PERFORMANCE_REQUEST,
      escrowId,
      ...expiry,
    });
    const id = randomUUID();
    const together = await Promise.allSettled([1, 2, 3].map(() => wallets.holdInEscrow(hold(userId, id))));
    expect(together.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(together).toContainEqual({ status: 'rejected', reason: refused('escrow_exists') });
    await expect(wallets.holdInEscrow(hold(other, id))).rejects.toEqual(refused('escrow_exists'));
    await events.transaction(async (work) => {
      await expect(wallets.holdInEscrow(hold(other, id), { work })).rejects.toEqual(refused('escrow_exists'));
      const own = randomUUID();
      await wallets.holdInEscrow(hold(other, own), { work });
      await expect(wallets.holdInEscrow(hold(other, own), { work })).rejects.toEqual(refused('escrow_exists'));
    });
    expect(await held(userId)).toEqual([{ balance: 10, open: 10 }]);
    expect(await held(other)).toEqual([{ balance: 10, open: 10 }]);
  });

  test('an id of a hold is found however its letters are written', async () => {
    const { wallets } = createService();
    const userId = randomUUID();
    await wallets.credit({ userId, amount: 100, reason: TOP_UP });
    const escrowId = 'ABCDEFAB-0000-4000-8000-ABCDEFABCDEF';
    const about = { userId, escrowId, reason: PERFORMANCE_REQUEST } as const;
    expect(await wallets.holdInEscrow({ ...about, amount: 10 })).toMatchObject({ escrowId: escrowId.toLowerCase() });
    expect(await wallets.refundEscrow(about)).toMatchObject({ availableBalance: 100 });
  });

  test('an account that is full takes no more, and loses nothing', async () => {
    const { wallets } = createService();
    const userId = randomUUID();
    const [most, full] = [1_000_000_000_000, Number.MAX_SAFE_INTEGER];
    const credit = (amount: number) => wallets.credit({ userId, amount, reason: TOP_UP });
    await Promise.all(Array.from({ length: Math.floor(full / most) }, () => credit(most)));
    expect(await credit(full % most)).toMatchObject({ availableBalance: full });
    await expect(credit(1)).rejects.toEqual(refused('balance_too_high'));
    const about = { userId, reason: PERFORMANCE_REQUEST } as const;
    const { escrowId } = await wallets.holdInEscrow({ ...about, amount: most });
    await credit(most - 5);
    await expect(wallets.refundEscrow({ ...about, escrowId: escrowId as string })).rejects.toEqual(
      refused('balance_too_high'),
    );
    expect(await wallets.getBalance(userId)).toMatchObject({ availableBalance: full - 5, escrowBalance: most });
  });
});
