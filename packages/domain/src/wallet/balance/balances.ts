import type { Database } from '@skelly/db';
import type { Notifier } from '@skelly/events';
import { balanceUpdated, type Currency, DEFAULT_CURRENCY } from '@skelly/types/wallet';
import { readBalance } from '../ledger/read';
import type { BalanceSnapshot, BalanceSnapshotCache } from './balance-snapshot-cache';
import { balanceOf, followBalances } from './follow-balances';

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
  /**
   * @param atLeast a version that is known elsewhere, as of a push: what is remembered of before it is not answered.
   * @throws what Postgres throws when it has to be asked.
   */
  read(userId: string, currency?: Currency, atLeast?: number): Promise<BalanceSnapshot>;
  /**
   * Hears of what this process commits, in whatever unit of work, before that call resolves: so nobody reads what was before their own change.
   *
   * @returns the notifier for the process' event system.
   */
  listenTo(notifier: Notifier): Notifier;
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
    async read(userId, currency = DEFAULT_CURRENCY, atLeast = 0) {
      const read = () => readBalance(database.queries, userId, currency);
      if (follower.healthy) return cache.find(userId, currency, atLeast) ?? cache.fill(userId, currency, read);
      const { frozen: _frozen, ...balance } = await read();
      return { ...balance, lastUpdated: new Date() };
    },
    listenTo: (notifier) => ({
      ...notifier,
      committed(what) {
        for (const frame of what.frames) {
          const balance = frame.type === balanceUpdated.type && balanceOf(frame);
          if (balance) cache.take(balance);
        }
        notifier.committed(what);
      },
    }),
    sync: () => follower.sync(),
    close: () => follower.close(),
  };
}
