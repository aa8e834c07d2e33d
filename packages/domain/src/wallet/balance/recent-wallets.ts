import { CURRENCIES, type Currency } from '@skelly/types/wallet';

/**
 * What is remembered of wallets. Asking leaves a mark and moves nothing, as that is done by far the most often; where one has to go, those
 * with a mark lose it and wait once more, and the first without one goes.
 */
export interface RecentWallets<T> {
  /** Leaves the mark. */
  use(userId: string, currency: Currency): T | undefined;
  find(userId: string, currency: Currency): T | undefined;
  /** Puts it in the place of what was there. */
  put(userId: string, currency: Currency, what: T): void;
  /** @returns what is gone, if it was there. */
  remove(userId: string, currency: Currency): T | undefined;
  /** The wallet that may go first. @throws Error when there is none */
  leastUsed(): { readonly userId: string; readonly currency: Currency };
  clear(): void;
  readonly size: number;
}

interface Entry<T> {
  readonly userId: string;
  readonly currency: Currency;
  what: T;
  used: boolean;
}

export function createRecentWallets<T>(): RecentWallets<T> {
  const byCurrency = Object.fromEntries(
    CURRENCIES.map((currency) => [currency, new Map<string, Entry<T>>()]),
  ) as unknown as Readonly<Record<Currency, Map<string, Entry<T>>>>;
  /** Who goes first comes first. */
  const queue = new Set<Entry<T>>();

  return {
    use(userId, currency) {
      const entry = byCurrency[currency].get(userId);
      if (!entry) return undefined;
      entry.used = true;
      return entry.what;
    },
    find: (userId, currency) => byCurrency[currency].get(userId)?.what,
    put(userId, currency, what) {
      const known = byCurrency[currency].get(userId);
      if (known) {
        known.what = what;
        return;
      }
      const entry = { userId, currency, what, used: false };
      byCurrency[currency].set(userId, entry);
      queue.add(entry);
    },
    remove(userId, currency) {
      const entry = byCurrency[currency].get(userId);
      if (!entry) return undefined;
      byCurrency[currency].delete(userId);
      queue.delete(entry);
      return entry.what;
    },
    leastUsed() {
      // What is put back comes again at the end, without its mark: this ends.
      for (const entry of queue) {
        if (!entry.used) return entry;
        entry.used = false;
        queue.delete(entry);
        queue.add(entry);
      }
      throw new Error('No wallet is remembered.');
    },
    clear() {
      for (const entries of Object.values(byCurrency)) entries.clear();
      queue.clear();
    },
    get size() {
      return queue.size;
    },
  };
}
