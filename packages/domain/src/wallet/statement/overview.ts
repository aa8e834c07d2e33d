import type { Queries } from '@skelly/db';
import { CURRENCIES, type Wallet } from '@skelly/types/wallet';
import { usedOfDay } from '../ledger/limits';
import type { SpendingLimits } from '../ledger/operation';
import { readWallets } from '../ledger/read';
import { balanceOf, type LimitUse, walletKey } from '../ledger/state';

const UNUSED: LimitUse = { day: null, amount: 0, minute: null, count: 0 };

/** The wallets of a member, one for each currency, with what limits leave of the day. Those that nobody has used hold nothing. */
export async function getWallets(
  queries: Queries,
  { userId, limits, now }: { userId: string; limits: SpendingLimits; now: Date },
): Promise<Wallet[]> {
  const wallets = await readWallets(
    queries,
    CURRENCIES.map((currency) => ({ owner: userId, currency })),
    { lock: false },
  );
  return CURRENCIES.map((currency) => {
    const wallet = wallets.get(walletKey({ owner: userId, currency }));
    const { usedToday, resetsAt } = usedOfDay(wallet?.available.use ?? UNUSED, now);
    const held = wallet
      ? balanceOf(wallet)
      : { availableBalance: 0, escrowBalance: 0, earningsBalance: 0, version: 0, frozen: false };
    return {
      currency,
      availableBalance: held.availableBalance,
      escrowBalance: held.escrowBalance,
      earningsBalance: held.earningsBalance,
      walletVersion: held.version,
      frozen: held.frozen,
      limits: { ...limits, usedToday, resetsAt: resetsAt.toISOString() },
    };
  });
}
