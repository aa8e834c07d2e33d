import type { ClientData } from '@skelly/types/event';
import type { ContractOf } from '@skelly/types/events';
import type { Currency } from '@skelly/types/wallet';

/** A balance as an event told it, and when. */
export type ToldBalance = ClientData<ContractOf<'wallet:balance.updated'>> & { readonly at: string };

/** The last balances that events told, by currency. Pages read the rest. */
export type ToldBalances = ReadonlyMap<Currency, ToldBalance>;

export const NO_BALANCES: ToldBalances = new Map();

/** Keeps what an event told, unless a later version is known. */
export function keepBalance(known: ToldBalances, told: ToldBalance): ToldBalances {
  const before = known.get(told.currency);
  if (before && before.walletVersion >= told.walletVersion) return known;
  return new Map(known).set(told.currency, told);
}
