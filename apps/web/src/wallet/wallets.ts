import type { Currency, Wallet } from '@skelly/types/wallet';

/** What a wallet holds, as an event, an answer to a command and a read say it alike. */
export type Balance = Pick<
  Wallet,
  'currency' | 'availableBalance' | 'escrowBalance' | 'earningsBalance' | 'walletVersion'
>;

/** A command that is shown as done. */
export interface Ahead {
  readonly currency: Currency;
  /** `out` of available to somebody else, or `collect` from earnings to available. */
  readonly way: 'out' | 'collect';
  readonly amount: number;
  /** Where it leads, unless something else moves meanwhile. */
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
    ? { currency, way, amount, availableTo: availableBalance - amount, earningsTo: earningsBalance }
    : { currency, way, amount, availableTo: availableBalance + amount, earningsTo: earningsBalance - amount };
}

/**
 * The wallets with a command done, on top of whatever else has moved meanwhile. A state that has it already is left as it is.
 *
 * @param doneAt the version from which on it is done, once its answer has told; before, a state that has reached where it leads has it
 */
export function applyAhead(wallets: readonly Wallet[], ahead: Ahead, doneAt?: number): readonly Wallet[] {
  return wallets.map((wallet) => {
    if (wallet.currency !== ahead.currency) return wallet;
    const { availableBalance, earningsBalance, walletVersion } = wallet;
    const { way, amount } = ahead;
    // Nothing but collecting takes earnings down.
    const isThere = way === 'out' ? availableBalance <= ahead.availableTo : earningsBalance <= ahead.earningsTo;
    if (doneAt === undefined ? isThere : walletVersion >= doneAt) return wallet;
    if (way === 'out') return { ...wallet, availableBalance: Math.max(0, availableBalance - amount) };
    const collected = Math.min(amount, earningsBalance);
    return {
      ...wallet,
      availableBalance: availableBalance + collected,
      earningsBalance: earningsBalance - collected,
    };
  });
}

/** Points first; of the others those in which something has ever moved. */
export function shownWallets(wallets: readonly Wallet[]): readonly Wallet[] {
  const isUsed = ({ currency, walletVersion }: Wallet) => currency === 'points' || walletVersion > 0;
  return wallets.filter(isUsed).sort((a, b) => Number(b.currency === 'points') - Number(a.currency === 'points'));
}
