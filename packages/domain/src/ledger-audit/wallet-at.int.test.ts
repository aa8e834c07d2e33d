import { TransactionReason } from '@skelly/types/wallet';
import { walletAt } from './index';
import { useLedger } from './testing/use-ledger';

const { PERFORMANCE_REQUEST, TOP_UP } = TransactionReason;

describe('a wallet at a moment', () => {
  const audited = useLedger();
  const { query } = audited;

  test('reconstructs a wallet at any moment from its transfers', async () => {
    const { wallets } = audited.ledger;
    const moments: { at: Date; balance: unknown; holds: number[] }[] = [];
    const open: number[] = [];
    const mark = async () => {
      const [{ now }] = await query('select clock_timestamp() as now');
      const { availableBalance, escrowBalance, earningsBalance, version } = await wallets.getBalance('ada');
      const balance = { available: availableBalance, escrow: escrowBalance, earnings: earningsBalance, version };
      moments.push({ at: now, balance, holds: [...open] });
    };
    await mark();
    await wallets.credit({ userId: 'ada', amount: 100, reason: TOP_UP });
    await mark();
    const { escrowId } = await wallets.holdInEscrow({ userId: 'ada', amount: 30, reason: PERFORMANCE_REQUEST });
    open.push(30);
    await mark();
    await wallets.holdInEscrow({ userId: 'ada', amount: 7, reason: PERFORMANCE_REQUEST });
    open.push(7);
    await mark();
    const about = { userId: 'ada', escrowId: escrowId as string, reason: PERFORMANCE_REQUEST } as const;
    await wallets.partialSettleEscrow({ ...about, modelId: 'bob', settleAmount: 4 });
    open.shift();
    await mark();
    for (const { at, balance, holds } of moments) {
      const past = await walletAt(audited.database.queries, { userId: 'ada', currency: 'points', at });
      const of = Object.fromEntries(past.accounts.map(({ account, balance: held }) => [account, held]));
      const version = past.accounts.reduce((sum, { entries }) => sum + entries, 0);
      expect({ ...of, version }).toEqual(balance);
      expect(past.holds.map(({ amount }) => amount)).toEqual(holds);
    }
  });

  test('lists the last holds, and says what is in older ones', async () => {
    const { wallets } = audited.ledger;
    const about = { userId: 'ada', reason: PERFORMANCE_REQUEST } as const;
    await wallets.credit({ userId: 'ada', amount: 100, reason: TOP_UP });
    const holds = [];
    for (const amount of [30, 20, 7, 5]) holds.push(await wallets.holdInEscrow({ ...about, amount }));
    const past = async (mostHolds?: number) => {
      const [{ now: at }] = await query('select clock_timestamp() as now');
      const wallet = { userId: 'ada', currency: 'points', at } as const;
      const { holds: listed, heldBefore } = await walletAt(audited.database.queries, wallet, { mostHolds });
      return [listed.map(({ amount }) => amount), heldBefore];
    };
    expect(await past(2)).toEqual([[7, 5], 50]);
    expect(await past()).toEqual([[30, 20, 7, 5], 0]);
    for (const nth of [0, 2]) await wallets.refundEscrow({ ...about, escrowId: holds[nth]?.escrowId as string });
    expect(await past(2)).toEqual([[5], 20]);
  });
});
