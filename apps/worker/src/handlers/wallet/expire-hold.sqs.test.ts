import { randomUUID } from 'node:crypto';
import { FROZEN_RETRY_MINUTES, prolongHold } from '@skelly/domain/wallet';
import { escrowExpired, TransactionReason } from '@skelly/types/wallet';
import { createWalletBackbone, type WalletBackbone } from '../../testing/wallet-backbone';

const HOUR_MS = 3_600_000;
const RETRY_MS = FROZEN_RETRY_MINUTES * 60_000;

describe('a hold that expires', () => {
  let product: WalletBackbone;
  let userId = '';
  beforeEach(async () => {
    product = await createWalletBackbone();
    userId = await product.addMember();
    await product.wallets.credit({ userId, amount: 1_000, reason: TransactionReason.TOP_UP });
  });
  afterEach(() => product.close());

  async function hold(amount: number): Promise<string> {
    const expiresAt = new Date(product.clock.now().getTime() + HOUR_MS);
    const reason = TransactionReason.PERFORMANCE_REQUEST;
    return (await product.wallets.holdInEscrow({ userId, amount, reason, expiresAt })).escrowId as string;
  }
  const balance = async () => {
    const { availableBalance, escrowBalance } = await product.wallets.getBalance(userId);
    return { availableBalance, escrowBalance };
  };
  const statuses = async () =>
    (await product.rows('select status from escrow order by created_at, id')).map(({ status }) => status);
  async function pass(ms: number): Promise<void> {
    await product.clock.advance(ms);
    await product.backbone.drain();
  }

  test('goes back by its timer, and not before', async () => {
    await hold(400);
    await pass(HOUR_MS - 60_000);
    expect(await balance()).toEqual({ availableBalance: 600, escrowBalance: 400 });
    await pass(60_000);
    expect(await balance()).toEqual({ availableBalance: 1_000, escrowBalance: 0 });
    expect(await statuses()).toEqual(['refunded']);
    expect(await product.rows(`select reason from ledger_transfer where kind = 'refund'`)).toEqual([
      { reason: TransactionReason.PERFORMANCE_EXPIRED },
    ]);
  });

  test('is left alone when it was settled before', async () => {
    const escrowId = await hold(400);
    await product.wallets.settleEscrow({
      userId,
      escrowId,
      modelId: 'model-1',
      reason: TransactionReason.PERFORMANCE_COMPLETED,
    });
    await pass(HOUR_MS);
    expect(await statuses()).toEqual(['settled']);
    expect(await balance()).toEqual({ availableBalance: 600, escrowBalance: 0 });
  });

  test('is left alone when it was prolonged, until its new time', async () => {
    const escrowId = await hold(400);
    const expiresAt = new Date(product.clock.now().getTime() + 2 * HOUR_MS);
    await product.backbone.events.transaction((work) => prolongHold(work, { userId, escrowId, expiresAt }));
    await pass(HOUR_MS);
    expect(await statuses()).toEqual(['held']);
    await pass(HOUR_MS);
    expect(await statuses()).toEqual(['refunded']);
  });

  test('waits while its wallet is frozen, and goes back by itself when it no longer is', async () => {
    const escrowId = await hold(400);
    const setFrozen = (value: string) =>
      product.rows(`update ledger_account set frozen_at = ${value}, frozen_reason = ${value} where owner = $1`, [
        userId,
      ]);
    await setFrozen(`now()`);
    await pass(HOUR_MS);
    await pass(RETRY_MS);
    expect(await statuses()).toEqual(['held']);
    expect(await product.rows('select from event_dead_letter')).toEqual([]);
    await setFrozen('null');
    await pass(RETRY_MS);
    expect(await statuses()).toEqual(['refunded']);
    expect(await balance()).toEqual({ availableBalance: 1_000, escrowBalance: 0 });
    expect(await product.replay(escrowExpired.type, 'wallet.expire-hold', { again: true })).toBe(3);
    expect(await product.rows(`select key from event_schedule where key like $1`, [`%${escrowId}`])).toEqual([]);
  });

  test('moves once however often its event comes, and at a replay nothing', async () => {
    const escrowId = await hold(400);
    await pass(HOUR_MS);
    await product.backbone.events.emitEvents(
      [1, 2].map(() => ({ event: escrowExpired, data: { userId, escrowId } })),
      'test',
    );
    await product.backbone.drain();
    expect(await product.replay(escrowExpired.type, 'wallet.expire-hold', { again: false })).toBe(0);
    expect(await product.replay(escrowExpired.type, 'wallet.expire-hold', { again: true })).toBe(3);
    expect(await balance()).toEqual({ availableBalance: 1_000, escrowBalance: 0 });
    expect(await product.rows(`select count(*)::int from ledger_transfer where kind = 'refund'`)).toEqual([
      { count: 1 },
    ]);
  });

  test('that nobody has is no failure', async () => {
    await product.backbone.events.emitEvents(
      [{ event: escrowExpired, data: { userId, escrowId: randomUUID() } }],
      'test',
    );
    await product.backbone.drain();
    expect(await product.rows('select from event_dead_letter')).toEqual([]);
    expect(await balance()).toEqual({ availableBalance: 1_000, escrowBalance: 0 });
  });
});
