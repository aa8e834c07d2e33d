import type { Database } from '@skelly/db';
import { type Currency, DEFAULT_CURRENCY } from '@skelly/types/wallet';
import type { BalanceSnapshot, BalanceSnapshotCache } from './balance-snapshot-cache';
import type { Decision } from './decide';
import { followBalances } from './follow-balances';
import { readBalance } from './read';

export interface BalancesDependencies {
  readonly database: Database;
  readonly cache: BalanceSnapshotCache;
  /** Told once when the commits of others cannot be followed; until they can, every balance is read. */
  readonly onError: (error: unknown) => void;
  /** Milliseconds between looks at what others have committed. @defaultValue 500 */
  readonly intervalMs?: number;
  /** Milliseconds between looks for a restored database. @defaultValue 10000 */
  readonly epochIntervalMs?: number;
}

/** What wallets hold, from memory where that is as late as everything that this process has heard of. */
export interface Balances {
  /** @throws what Postgres throws when it has to be asked. */
  read(userId: string, currency?: Currency): Promise<BalanceSnapshot>;
  /** Takes what the process' own ledger has committed: the `onCommitted` of `createLedger`. */
  readonly committed: (decision: Decision) => void;
  /** Resolves once everything that was committed before this call is known. @throws what Postgres throws */
  sync(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Feeds a cache by what this process commits, at once, and by what others do, from the streams of members. While these cannot be
 * followed nothing is answered from memory.
 */
export function createBalances({ database, cache, ...options }: BalancesDependencies): Balances {
  const follower = followBalances({ db: database.pool, cache, ...options });
  return {
    async read(userId, currency = DEFAULT_CURRENCY) {
      const read = () => readBalance(database.queries, userId, currency);
      if (follower.healthy) return cache.find(userId, currency) ?? cache.fill(userId, currency, read);
      const { frozen: _frozen, ...balance } = await read();
      return { ...balance, lastUpdated: new Date() };
    },
    committed({ wallets }) {
      for (const { version, ...balance } of wallets) cache.take({ ...balance, walletVersion: version });
    },
    sync: () => follower.sync(),
    close: () => follower.close(),
  };
}
