import { WalletError } from '../errors';

/** Minutes after which what time does to a frozen wallet is tried again, until it is unfrozen: it is late by that at most. */
export const FROZEN_RETRY_MINUTES = 5;

/**
 * Moves money whose time has come. Of a frozen wallet nothing moves, and that is no failure: it has to happen when the wallet is free again.
 *
 * @returns in how long to try it again; undefined when it was done.
 */
export async function unlessFrozen(move: () => Promise<unknown>): Promise<{ readonly delay: number } | undefined> {
  try {
    await move();
    return undefined;
  } catch (error) {
    if (!(error instanceof WalletError) || error.code !== 'wallet_frozen') throw error;
    return { delay: FROZEN_RETRY_MINUTES * 60_000 };
  }
}
