import type { Database } from '@skelly/db';
import type { EventSystem } from '@skelly/events';
import { CURRENCIES } from '@skelly/types/wallet';
import { openSystemAccounts, readWallets } from './read';
import {
  isFrozen,
  type SystemAccounts,
  type WalletAccounts,
  type WalletName,
  type Wallets,
  walletKey,
  walletVersion,
} from './state';

/** What wallets hold as this process knows it: what it has read, committed, or is committing. */
export interface WalletMemory {
  /** Accounts of the system; the database is asked once. */
  system(): Promise<SystemAccounts>;
  /** Reads, without locks, those that are not known. */
  load(wallets: readonly WalletName[]): Promise<void>;
  /** Undefined when one is not known, as it is new, frozen or was forgotten meanwhile. */
  recall(wallets: readonly WalletName[]): Wallets | undefined;
  /** Keeps what is newer than what is known. */
  remember(wallets: Wallets): void;
  forget(wallets: readonly WalletName[]): void;
}

/** @param maxRemembered wallets; the ones that were moved longest ago are read again. */
export function createWalletMemory({
  events,
  database,
  maxRemembered,
}: {
  readonly events: EventSystem;
  readonly database: Database;
  readonly maxRemembered: number;
}): WalletMemory {
  const remembered = new Map<string, WalletAccounts>();
  let reading: Promise<SystemAccounts> | undefined;

  function remember(wallets: Wallets): void {
    for (const [key, wallet] of wallets) {
      const known = remembered.get(key);
      if (known && walletVersion(known) > walletVersion(wallet)) continue;
      remembered.delete(key);
      // What is frozen is read each time, so that whoever unfreezes it need not tell.
      if (!isFrozen(wallet)) remembered.set(key, wallet);
    }
    for (const key of remembered.keys()) {
      if (remembered.size <= maxRemembered) break;
      remembered.delete(key);
    }
  }

  return {
    system() {
      reading ??= events
        .transaction((work) => openSystemAccounts(work.tx, CURRENCIES))
        .catch((error) => {
          reading = undefined;
          throw error;
        });
      return reading;
    },
    async load(wallets) {
      const unknown = wallets.filter((wallet) => !remembered.has(walletKey(wallet)));
      if (unknown.length > 0) remember(await readWallets(database.queries, unknown, { lock: false }));
    },
    recall(wallets) {
      const recalled = new Map<string, WalletAccounts>();
      for (const wallet of wallets) {
        const key = walletKey(wallet);
        const known = remembered.get(key);
        if (!known) return undefined;
        recalled.set(key, known);
      }
      return recalled;
    },
    remember,
    forget(wallets) {
      for (const wallet of wallets) remembered.delete(walletKey(wallet));
    },
  };
}
