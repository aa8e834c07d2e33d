import type { Currency, Wallet } from '@skelly/types/wallet';

/** What a wallet holds, as an event, an answer to a command and a read say it alike. */
export type Balance = Pick<
  Wallet,
  'currency' | 'availableBalance' | 'escrowBalance' | 'earningsBalance' | 'walletVersion'
>;

/** A command that is shown as done: where it takes the accounts. */
export interface Ahead {
  readonly currency: Currency;
  /** `out` of available to somebody else, or `collect` from earnings to available. */
  readonly way: 'out' | 'collect';
  readonly availableTo: number;
  readonly earningsTo: number;
}

/** Takes a balance in, unless a later one is known. */
export function takeBalance(wallets: readonly Wallet[], given: Balance): readonly Wallet[] {
  return wallets.map((wallet) => {
    if (wallet.currency !== given.currency || given.walletVersion <= wallet.walletVersion) return wallet;
    const { availableBalance, escrowBalance, earningsBalance, walletVersion } = given;
    return { ...wallet, availableBalance, escrowBalance, earningsBalance, walletVersion };
  });
}

/** Takes in wallets that were read again: each, unless a later one is known. */
export function refreshWallets(known: readonly Wallet[], given: readonly Wallet[]): readonly Wallet[] {
  return given.map((wallet) => {
    const before = known.find(({ currency }) => currency === wallet.currency);
    return before && before.walletVersion > wallet.walletVersion ? before : wallet;
  });
}

/** Where a command takes a wallet as it is shown now. */
export function aheadOf(wallet: Wallet, way: Ahead['way'], amount: number): Ahead {
  const { currency, availableBalance, earningsBalance } = wallet;
  return way === 'out'
    ? { currency, way, availableTo: availableBalance - amount, earningsTo: earningsBalance }
    : { currency, way, availableTo: availableBalance + amount, earningsTo: earningsBalance - amount };
}

/** The wallets with a command done. It names where it leads, not how far: a state that has it already is left as it is. */
export function applyAhead(wallets: readonly Wallet[], { currency, way, ...to }: Ahead): readonly Wallet[] {
  return wallets.map((wallet) => {
    if (wallet.currency !== currency) return wallet;
    const { availableBalance, earningsBalance } = wallet;
    return way === 'out'
      ? { ...wallet, availableBalance: Math.min(availableBalance, to.availableTo) }
      : {
          ...wallet,
          availableBalance: Math.max(availableBalance, to.availableTo),
          earningsBalance: Math.min(earningsBalance, to.earningsTo),
        };
  });
}

/** Points first; of the others those in which something has ever moved. */
export function shownWallets(wallets: readonly Wallet[]): readonly Wallet[] {
  const isUsed = ({ currency, walletVersion }: Wallet) => currency === 'points' || walletVersion > 0;
  return wallets.filter(isUsed).sort((a, b) => Number(b.currency === 'points') - Number(a.currency === 'points'));
}
