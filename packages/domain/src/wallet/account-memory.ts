import type { Database } from '@skelly/db';
import type { EventSystem } from '@skelly/events';
import { CURRENCIES, WALLET_ACCOUNTS } from '@skelly/types/wallet';
import { hasAll, openSystemAccounts, readAccounts, type SystemAccounts, type WalletName } from './read';
import { type Account, accountKey } from './state';

/** What accounts held when this process last saw them. */
export interface AccountMemory {
  /** Accounts of the system; the database is asked once. */
  system(): Promise<SystemAccounts>;
  /** The accounts of wallets and of the system, as remembered or else read without locks; undefined when a wallet is new or frozen. */
  recall(wallets: readonly WalletName[]): Promise<ReadonlyMap<string, Account> | undefined>;
  remember(accounts: Iterable<readonly [string, Account]>): void;
  forget(wallets: readonly WalletName[]): void;
}

/** @param maxRemembered accounts; the ones used longest ago are read again. */
export function createAccountMemory({
  events,
  database,
  maxRemembered,
}: {
  readonly events: EventSystem;
  readonly database: Database;
  readonly maxRemembered: number;
}): AccountMemory {
  const remembered = new Map<string, Account>();
  let reading: Promise<SystemAccounts> | undefined;

  function system(): Promise<SystemAccounts> {
    reading ??= events
      .transaction((work) => openSystemAccounts(work.tx, CURRENCIES))
      .catch((error) => {
        reading = undefined;
        throw error;
      });
    return reading;
  }

  function remember(accounts: Iterable<readonly [string, Account]>): void {
    for (const [key, account] of accounts) {
      remembered.delete(key);
      // What is frozen is read each time, so that whoever unfreezes it need not tell.
      if (account.owner !== null && !account.frozen) remembered.set(key, account);
    }
    for (const key of remembered.keys()) {
      if (remembered.size <= maxRemembered) break;
      remembered.delete(key);
    }
  }

  return {
    system,
    remember,
    async recall(wallets) {
      const unknown = wallets.filter((wallet) => !hasAll(remembered, [wallet]));
      if (unknown.length > 0) remember(await readAccounts(database.queries, unknown, { lock: false }));
      if (!hasAll(remembered, wallets)) return undefined;
      const accounts = new Map(await system());
      for (const wallet of wallets) {
        for (const kind of WALLET_ACCOUNTS) {
          const key = accountKey({ ...wallet, kind });
          const account = remembered.get(key);
          // Another group has forgotten it meanwhile.
          if (!account) return undefined;
          accounts.set(key, account);
        }
      }
      return accounts;
    },
    forget(wallets) {
      for (const wallet of wallets)
        for (const kind of WALLET_ACCOUNTS) remembered.delete(accountKey({ ...wallet, kind }));
    },
  };
}
