import { createEventSystem, type EventSystem } from '@skelly/events';
import { createTestDatabase, type TestDatabase } from '@skelly/testkit';
import { createTestLog } from '@skelly/testkit/log';
import { createLedger, expireHold, prolongHold, WalletService } from '..';

const DAY = 86_400_000;

describe('the time of a hold', () => {
  let database: TestDatabase;
  let wallets: WalletService;
  let events: EventSystem;
  beforeAll(async () => {
    database = await createTestDatabase();
    const notifier = { committed: () => undefined, close: async () => undefined };
    const now = () => new Date();
    events = createEventSystem({ database, notifier, now });
    wallets = new WalletService(createLedger({ events, database, now, log: createTestLog() }));
  });
  afterAll(() => database.drop());

  const inDays = (days: number) => new Date(Date.now() + days * DAY);
  async function hold(userId: string, expiresAt: Date | null): Promise<string> {
    await wallets.credit({ userId, amount: 100, reason: 'top_up' });
    const held = await wallets.holdInEscrow({ userId, amount: 100, reason: 'performance_request', expiresAt });
    return held.escrowId as string;
  }
  const prolong = (userId: string, escrowId: string, expiresAt: Date | null) =>
    events.transaction((work) => prolongHold(work, { userId, escrowId, expiresAt }));
  const expire = (escrowId: string, now: Date) =>
    events.transaction((work) => expireHold(work, wallets, { escrowId, now }));
  const timer = async (escrowId: string): Promise<Date | undefined> =>
    (await database.pool.query('select due_at from event_schedule where key = $1', [`timer:escrow:${escrowId}`]))
      .rows[0]?.due_at;
  const available = async (userId: string) => (await wallets.getBalance(userId)).availableBalance;

  test('moves with its timer, and ends with it', async () => {
    const escrowId = await hold('mara', inDays(1));
    const later = inDays(3);
    await prolong('mara', escrowId, later);
    expect(await timer(escrowId)).toEqual(later);
    expect(await expire(escrowId, inDays(2))).toBe(false);
    expect(await available('mara')).toBe(0);
    await prolong('mara', escrowId, null);
    expect(await timer(escrowId)).toBeUndefined();
    expect(await expire(escrowId, inDays(9))).toBe(false);
    await prolong('mara', escrowId, later);
    expect(await timer(escrowId)).toEqual(later);
    expect(await expire(escrowId, inDays(4))).toBe(true);
    expect(await expire(escrowId, inDays(4))).toBe(false);
    expect(await available('mara')).toBe(100);
  });

  test('a timer that fires before it, by a clock that is ahead, comes again', async () => {
    const expiresAt = inDays(1);
    const escrowId = await hold('ida', expiresAt);
    await database.pool.query('delete from event_schedule');
    expect(await expire(escrowId, new Date(expiresAt.getTime() - 1))).toBe(false);
    expect(await timer(escrowId)).toEqual(expiresAt);
    expect(await expire(escrowId, expiresAt)).toBe(true);
  });

  test('is the owner’s to move, and only while it is held', async () => {
    const escrowId = await hold('teo', null);
    await expect(prolong('mara', escrowId, inDays(1))).rejects.toMatchObject({ code: 'escrow_not_found' });
    await expect(prolong('teo', '00000000-0000-7000-8000-000000000009', null)).rejects.toMatchObject({
      code: 'escrow_not_found',
    });
    await wallets.refundEscrow({ userId: 'teo', escrowId, reason: 'performance_declined' });
    await expect(prolong('teo', escrowId, inDays(1))).rejects.toMatchObject({ code: 'escrow_already_refunded' });
    expect(await timer(escrowId)).toBeUndefined();
  });

  test('prolonged, expired and settled at once: nobody waits in a circle, and one of the two ends it', async () => {
    for (let round = 0; round < 8; round += 1) {
      const userId = `rival-${round}`;
      const escrowId = await hold(userId, new Date(Date.now() + 1));
      const about = { userId, escrowId, reason: 'performance_completed' } as const;
      const outcomes = await Promise.allSettled([
        expire(escrowId, inDays(1)),
        wallets.settleEscrow({ ...about, modelId: 'mara' }),
        prolong(userId, escrowId, inDays(round % 2 === 0 ? 2 : 0.5)),
        events.transaction((work) => wallets.refundEscrow(about, { work })),
        expire(escrowId, inDays(1)),
      ]);
      for (const outcome of outcomes)
        if (outcome.status === 'rejected') expect(outcome.reason.code).toMatch(/^escrow_already_(settled|refunded)$/);
      const { rows } = await database.pool.query(
        'select status, (settled_amount + refunded_amount)::int as moved from escrow where id = $1',
        [escrowId],
      );
      expect(rows).toEqual([{ status: expect.stringMatching(/settled|refunded/), moved: 100 }]);
    }
  });
});
