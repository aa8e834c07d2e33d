import { balanceUpdated, type Currency, DEFAULT_CURRENCY } from '@skelly/types/wallet';
import { createFloors } from '../ledger/floors';
import type { WalletBalance } from '../ledger/state';
import { createRecentWallets } from './recent-wallets';

export interface BalanceSnapshotCacheOptions {
  /** Whether it remembers anything. @defaultValue true */
  readonly enabled?: boolean;
  /** Wallets that are remembered at most; one that nobody has asked for lately goes first. @defaultValue 10000 */
  readonly maxSize?: number;
  /** Milliseconds for which a balance is remembered, from when it was learned. @defaultValue 3600000 */
  readonly ttlMs?: number;
  /** Milliseconds since 1970. @defaultValue Date.now */
  readonly now?: () => number;
}

/** What a wallet held at one version. */
export interface BalanceSnapshot extends Omit<WalletBalance, 'frozen'> {
  /** When this process learned of it. */
  readonly lastUpdated: Date;
}

/** The accounts that a member spends from, or those that a creator is paid into. */
export type AccountType = 'user' | 'model';
type Shown = 'version' | 'lastUpdated';
export type AccountBalance<Type extends AccountType> = Pick<
  BalanceSnapshot,
  Shown | (Type extends 'user' ? 'availableBalance' | 'escrowBalance' : 'earningsBalance')
>;

/** How it was used since the process began. */
export interface BalanceCacheUse {
  readonly hits: number;
  readonly misses: number;
  /** Balances that were forgotten: for the bound, or as they were too old. */
  readonly evictions: number;
  readonly size: number;
}

/** What it needs of a bus; an `EventBus` is one. */
interface BalanceBus {
  subscribe(subscription: {
    readonly subscriberId: string;
    readonly eventTypes: readonly [typeof balanceUpdated.type];
    readonly handler: (event: { readonly data: BalanceEvent }) => void;
    readonly priority: number;
  }): () => void;
}

/** What `wallet:balance.updated` tells of a balance. */
export interface BalanceEvent
  extends Pick<WalletBalance, 'userId' | 'currency' | 'availableBalance' | 'escrowBalance' | 'earningsBalance'> {
  readonly walletVersion: number;
}

interface Remembered {
  readonly snapshot: BalanceSnapshot;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** Reads of one wallet that are under way, and the latest that was learned of it meanwhile. */
interface Reading {
  readers: number;
  learned: BalanceSnapshot | undefined;
}

/** Before other subscribers, so that these can ask it. */
const PRIORITY = -1_000;

/**
 * What wallets hold, in memory: fed by events, bounded, and never older than the last event that it was told of, whatever it forgets
 * and in whatever order events and reads come.
 */
export class BalanceSnapshotCache {
  readonly #enabled: boolean;
  readonly #maxSize: number;
  readonly #ttlMs: number;
  readonly #now: () => number;
  readonly #known = createRecentWallets<Remembered>();
  readonly #readings = new Map<string, Reading>();
  /** Versions of what was forgotten: an event from before them must not bring back an older balance. */
  readonly #forgotten = createFloors();
  #hits = 0;
  #misses = 0;
  #evictions = 0;

  /** @throws RangeError when a number is no positive whole one. */
  constructor(options: BalanceSnapshotCacheOptions = {}) {
    const { enabled = true, maxSize = 10_000, ttlMs = 3_600_000, now = Date.now } = options;
    for (const [name, value] of Object.entries({ maxSize, ttlMs }))
      if (!Number.isSafeInteger(value) || value < 1) throw new RangeError(`${name} must be a positive whole number`);
    this.#enabled = enabled;
    this.#maxSize = maxSize;
    this.#ttlMs = ttlMs;
    this.#now = now;
  }

  /** What is known of a member's accounts; undefined when it has to be read. */
  getBalance<Type extends AccountType = 'user'>(
    userId: string,
    _accountType?: Type,
    currency: Currency = DEFAULT_CURRENCY,
  ): AccountBalance<Type> | undefined {
    return this.find(userId, currency);
  }

  /** What is known of a whole wallet; undefined when it has to be read. @param atLeast a version that is known elsewhere */
  find(userId: string, currency: Currency, atLeast = 0): BalanceSnapshot | undefined {
    const known = this.#known.use(userId, currency);
    const isCurrent = known && this.#now() < known.expiresAt;
    if (isCurrent && known.snapshot.version >= atLeast) {
      this.#hits += 1;
      return known.snapshot;
    }
    this.#misses += 1;
    if (known && !isCurrent) this.#forget(userId, currency);
    return undefined;
  }

  /** Takes what an event tells, unless something later was known. One that does not say its version is not taken. */
  take({ userId, currency, availableBalance, escrowBalance, earningsBalance, walletVersion }: BalanceEvent): void {
    if (!this.#enabled || walletVersion === 0) return;
    const key = keyOf(userId, currency);
    const learned = {
      userId,
      currency,
      availableBalance,
      escrowBalance,
      earningsBalance,
      version: walletVersion,
      lastUpdated: new Date(this.#now()),
    };
    const reading = this.#readings.get(key);
    if (reading) reading.learned = later(learned, reading.learned);
    if (this.#known.find(userId, currency) || walletVersion >= this.#forgotten.of(key)) this.#keep(learned);
  }

  /**
   * Reads a wallet and remembers it. What events have told meanwhile stands against an older answer.
   *
   * @param read on the primary: it sees every commit from before its call.
   * @throws what `read` throws; then nothing has changed.
   */
  async fill(userId: string, currency: Currency, read: () => Promise<WalletBalance>): Promise<BalanceSnapshot> {
    const key = keyOf(userId, currency);
    const reading = this.#readings.get(key) ?? { readers: 0, learned: undefined };
    reading.readers += 1;
    this.#readings.set(key, reading);
    try {
      const { frozen: _frozen, ...balance } = await read();
      const found = later({ ...balance, lastUpdated: new Date(this.#now()) }, reading.learned);
      const isOutdated = this.#readings.get(key) !== reading;
      return this.#enabled && !isOutdated ? this.#keep(found) : found;
    } finally {
      reading.readers -= 1;
      if (reading.readers === 0 && this.#readings.get(key) === reading) this.#readings.delete(key);
    }
  }

  /** Is told by a bus from now on. @returns what ends it again. @throws EventError when the bus has a cache already. */
  subscribeTo(bus: BalanceBus): () => void {
    return bus.subscribe({
      subscriberId: 'balance-snapshot-cache',
      eventTypes: [balanceUpdated.type],
      handler: ({ data }) => this.take(data),
      priority: PRIORITY,
    });
  }

  /** Forgets everything, also that it knew it, and what is being read: for a database that was restored. */
  clear(): void {
    this.#known.clear();
    this.#readings.clear();
    this.#forgotten.clear();
  }

  use(): BalanceCacheUse {
    return { hits: this.#hits, misses: this.#misses, evictions: this.#evictions, size: this.#known.size };
  }

  /** @returns the later of it and what is known. */
  #keep(learned: BalanceSnapshot): BalanceSnapshot {
    const { userId, currency } = learned;
    const known = this.#known.find(userId, currency);
    if (!known && this.#known.size >= this.#maxSize) {
      const least = this.#known.leastUsed();
      this.#forget(least.userId, least.currency);
    }
    const snapshot = later(learned, known?.snapshot);
    this.#known.put(userId, currency, { snapshot, expiresAt: snapshot.lastUpdated.getTime() + this.#ttlMs });
    return snapshot;
  }

  #forget(userId: string, currency: Currency): void {
    const known = this.#known.remove(userId, currency);
    if (!known) return;
    this.#forgotten.raise(keyOf(userId, currency), known.snapshot.version);
    this.#evictions += 1;
  }
}

/** The one of the higher version; the first of equals, which was learned later. */
function later(learned: BalanceSnapshot, known: BalanceSnapshot | undefined): BalanceSnapshot {
  return known && known.version > learned.version ? known : learned;
}

function keyOf(userId: string, currency: Currency): string {
  return `${currency} ${userId}`;
}
