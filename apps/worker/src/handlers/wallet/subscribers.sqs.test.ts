import { randomUUID } from 'node:crypto';
import { listActivity } from '@skelly/domain/activity';
import { total } from '@skelly/domain/analytics';
import { TransactionReason } from '@skelly/types/wallet';
import { createWalletBackbone, type WalletBackbone } from '../../testing/wallet-backbone';

describe('subscribers of a wallet', () => {
  let product: WalletBackbone;
  let [fan, creator] = ['', ''];
  const about = { reason: TransactionReason.PERFORMANCE_REQUEST, featureType: 'Custom song', queueItemId: 'q-1' };
  beforeEach(async () => {
    product = await createWalletBackbone();
    [fan, creator] = [await product.addMember(), await product.addMember()];
    await product.wallets.credit({ userId: fan, amount: 5_000, reason: TransactionReason.TOP_UP });
  });
  afterEach(() => product.close());

  const hold = async (amount: number) =>
    (await product.wallets.holdInEscrow({ ...about, userId: fan, amount })).escrowId as string;
  const feed = async (userId: string, limit = 20) =>
    (await listActivity(product.backbone.database.queries, { userId, limit })).items;
  const told = () => product.rows('select user_id, title, href from notification order by id');

  test('tell the fan and the creator what became of each hold, and count it', async () => {
    const [first, second, third] = [await hold(1_200), await hold(300), await hold(100)];
    await product.wallets.settleEscrow({ ...about, userId: fan, escrowId: first, modelId: creator });
    await product.wallets.partialSettleEscrow({
      ...about,
      userId: fan,
      escrowId: second,
      modelId: creator,
      settleAmount: 250,
    });
    await product.wallets.refundEscrow({ ...about, userId: fan, escrowId: third });
    await product.backbone.drain();

    expect((await feed(fan)).map(({ eventType, metadata: { side, amount } }) => [eventType, side, amount])).toEqual([
      ['wallet:escrow.refunded', 'payer', 100],
      ['wallet:escrow.partially-settled', 'payer', 300],
      ['wallet:escrow.settled', 'payer', 1_200],
      ['wallet:escrow.held', 'payer', 100],
      ['wallet:escrow.held', 'payer', 300],
      ['wallet:escrow.held', 'payer', 1_200],
    ]);
    expect((await feed(creator)).map(({ metadata }) => metadata)).toEqual([
      expect.objectContaining({ side: 'payee', escrowId: second, amount: 300, settledAmount: 250, refundedAmount: 50 }),
      expect.objectContaining({ side: 'payee', escrowId: first, amount: 1_200, featureType: 'Custom song' }),
    ]);
    expect(await told()).toEqual([
      { user_id: creator, title: 'You earned 1,200 points for Custom song', href: '/wallet' },
      { user_id: creator, title: 'You earned 250 points for Custom song', href: '/wallet' },
    ]);
    const { queries } = product.backbone.database;
    const sums = await Promise.all(
      (
        [
          'wallet:escrow.held',
          'wallet:escrow.held points',
          'wallet:escrow.settled points',
          'wallet:escrow.refunded points',
          'wallet:escrow.partially-settled to creator points',
          'wallet:escrow.partially-settled back points',
        ] as const
      ).map((metric) => total(queries, metric)),
    );
    expect(sums).toEqual([3, 1_600, 1_200, 100, 250, 50]);
  });

  test('have nothing to tell a creator who is no member, and go on', async () => {
    await product.wallets.settleEscrow({ ...about, userId: fan, escrowId: await hold(10), modelId: 'model-1' });
    await product.wallets.settleEscrow({ ...about, userId: fan, escrowId: await hold(20), modelId: randomUUID() });
    await product.wallets.settleEscrow({ ...about, userId: fan, escrowId: await hold(30), modelId: creator });
    await product.backbone.drain();
    expect(await told()).toEqual([expect.objectContaining({ user_id: creator })]);
    expect(await feed('model-1')).toHaveLength(1);
  });

  test('tell nothing twice when events are replayed, also again', async () => {
    await product.wallets.settleEscrow({ ...about, userId: fan, escrowId: await hold(1_200), modelId: creator });
    await product.backbone.drain();
    const before = { fan: await feed(fan), creator: await feed(creator), told: await told() };
    for (const again of [false, true])
      for (const handler of ['wallet.settled-activity', 'wallet.settled-notification'])
        expect(await product.replay('wallet:escrow.settled', handler, { again })).toBe(again ? 1 : 0);
    expect({ fan: await feed(fan), creator: await feed(creator), told: await told() }).toEqual(before);
  });
});
