import type { Queries } from '@skelly/db';
import { CURRENCIES, type Wallet } from '@skelly/types/wallet';
import { usedOfDay } from './limits';
import type { SpendingLimits } from './operation';
import { readAccounts } from './read';
import { type Account, accountKey, type LimitUse, walletBalance } from './state';

const UNUSED: LimitUse = { day: null, amount: 0, minute: null, count: 0 };

/** The wallets of a member, one for each currency, with what limits leave of the day. Those that nobody has used hold nothing. */
export async function getWallets(
  queries: Queries,
  { userId, limits, now }: { userId: string; limits: SpendingLimits; now: Date },
): Promise<Wallet[]> {
  const accounts = await readAccounts(
    queries,
    CURRENCIES.map((currency) => ({ owner: userId, currency })),
    { lock: false },
  );
  return CURRENCIES.map((currency) => {
    const spending: Account | undefined = accounts.get(accountKey({ owner: userId, kind: 'available', currency }));
    const { usedToday, resetsAt } = usedOfDay(spending?.use ?? UNUSED, now);
    const held = spending
      ? walletBalance(accounts, userId, currency)
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
