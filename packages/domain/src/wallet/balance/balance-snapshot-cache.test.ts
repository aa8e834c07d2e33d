import { EventBus } from '@skelly/events';
import { walletEvents } from '@skelly/types/wallet';
import fc from 'fast-check';
import type { WalletBalance } from '../ledger/state';
import { BalanceSnapshotCache } from './balance-snapshot-cache';

/** What a wallet holds at a version; the amounts tell which. */
const balance = (userId: string, version: number): WalletBalance => ({
  userId,
  currency: 'points',
  availableBalance: version * 10,
  escrowBalance: version,
  earningsBalance: version * 2,
  version,
  frozen: false,
});
const event = (userId: string, walletVersion: number) => {
  const { version: _version, frozen: _frozen, ...about } = balance(userId, walletVersion);
  return { ...about, walletVersion };
};
/** A read that a test ends. */
function pendingRead() {
  let resolve: (balance: WalletBalance) => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<WalletBalance>((...settle) => {
    [resolve, reject] = settle;
  });
  return { read: () => promise, resolve, reject };
}

describe('BalanceSnapshotCache', () => {
  test('answers what events have told, by account and currency', () => {
    const cache = new BalanceSnapshotCache({ now: () => 5_000 });
    cache.take(event('mara', 3));
    cache.take({ ...event('mara', 1), currency: 'gems' });
    expect(cache.getBalance('mara', 'user')).toMatchObject({ availableBalance: 30, escrowBalance: 3, version: 3 });
    expect(cache.getBalance('mara', 'model')).toMatchObject({ earningsBalance: 6, lastUpdated: new Date(5_000) });
    expect(cache.getBalance('mara', 'user', 'gems')).toMatchObject({ availableBalance: 10 });
    expect(cache.getBalance('noel')).toBeUndefined();
    expect(cache.use()).toEqual({ hits: 3, misses: 1, evictions: 0, size: 2 });
  });

  test('never goes back: an older event is left out, also one without a version', () => {
    const cache = new BalanceSnapshotCache();
    for (const version of [1, 4, 2, 3, 0]) cache.take(event('mara', version));
    expect(cache.getBalance('mara')?.version).toBe(4);
    cache.take(event('noel', 0));
    expect(cache.getBalance('noel')).toBeUndefined();
  });

  test('forgets what is too old, and then takes no older event for new', () => {
    let now = 0;
    const cache = new BalanceSnapshotCache({ ttlMs: 100, now: () => now });
    cache.take(event('mara', 5));
    now = 99;
    expect(cache.getBalance('mara')?.version).toBe(5);
    now = 100;
    expect(cache.getBalance('mara')).toBeUndefined();
    cache.take(event('mara', 4));
    expect(cache.getBalance('mara')).toBeUndefined();
    cache.take(event('mara', 6));
    expect(cache.getBalance('mara')?.version).toBe(6);
  });

  test('at its bound forgets whom nobody has asked for the longest', () => {
    const cache = new BalanceSnapshotCache({ maxSize: 2 });
    cache.take(event('a', 1));
    cache.take(event('b', 1));
    cache.getBalance('a');
    cache.take(event('c', 1));
    expect(cache.use()).toMatchObject({ size: 2, evictions: 1 });
    expect(['a', 'b', 'c'].map((userId) => cache.getBalance(userId)?.version)).toEqual([1, undefined, 1]);
  });

  test('at its bound keeps who has just come, also when everybody else was asked for', () => {
    const cache = new BalanceSnapshotCache({ maxSize: 2 });
    for (const userId of ['a', 'b', 'c']) {
      cache.take(event(userId, 1));
      cache.getBalance(userId);
    }
    expect(cache.getBalance('c')?.version).toBe(1);
    expect(cache.use().size).toBe(2);
  });

  test('a read that began before an event does not overwrite it, not even when it was forgotten meanwhile', async () => {
    const cache = new BalanceSnapshotCache({ maxSize: 1 });
    const { read, resolve } = pendingRead();
    const filled = cache.fill('mara', 'points', read);
    cache.take(event('mara', 2));
    cache.take(event('noel', 1));
    resolve(balance('mara', 1));
    expect((await filled).version).toBe(2);
    expect(cache.getBalance('mara')?.version).toBe(2);
  });

  test('of two reads the later answer stays, whichever ends first', async () => {
    const cache = new BalanceSnapshotCache();
    const [early, late] = [pendingRead(), pendingRead()];
    const filled = [cache.fill('mara', 'points', early.read), cache.fill('mara', 'points', late.read)];
    late.resolve(balance('mara', 2));
    await filled[1];
    early.resolve(balance('mara', 1));
    expect((await filled[0])?.version).toBe(2);
    expect(cache.getBalance('mara')?.version).toBe(2);
  });

  test('a read that fails leaves all as it was', async () => {
    const cache = new BalanceSnapshotCache();
    const { read, reject } = pendingRead();
    const filled = cache.fill('mara', 'points', read);
    reject(new Error('gone'));
    await expect(filled).rejects.toThrow('gone');
    expect(cache.getBalance('mara')).toBeUndefined();
    cache.take(event('mara', 1));
    expect(cache.getBalance('mara')?.version).toBe(1);
  });

  test('cleared, it knows nothing of a database that is no more, nor takes what was read of it', async () => {
    const cache = new BalanceSnapshotCache();
    cache.take(event('mara', 9));
    const { read, resolve } = pendingRead();
    const filled = cache.fill('mara', 'points', read);
    cache.clear();
    resolve(balance('mara', 9));
    await filled;
    expect(cache.getBalance('mara')).toBeUndefined();
    cache.take(event('mara', 1));
    expect(cache.getBalance('mara')?.version).toBe(1);
  });

  test('disabled, it remembers nothing and still answers reads with the latest', async () => {
    const cache = new BalanceSnapshotCache({ enabled: false });
    cache.take(event('mara', 1));
    expect((await cache.fill('mara', 'points', async () => balance('mara', 2))).version).toBe(2);
    expect(cache.getBalance('mara')).toBeUndefined();
  });

  test('is fed by a bus until it is told to end', async () => {
    const cache = new BalanceSnapshotCache();
    const bus = new EventBus({ contracts: walletEvents, asyncProcessing: false });
    const end = cache.subscribeTo(bus);
    const about = { reason: 'reward', transactionId: 'tx', queueItemId: null, featureType: null } as const;
    await bus.publish({ type: 'wallet:balance.updated', data: { ...about, ...event('mara', 1) } });
    end();
    await bus.publish({ type: 'wallet:balance.updated', data: { ...about, ...event('mara', 2) } });
    expect(cache.getBalance('mara')?.version).toBe(1);
  });

  test.each([{ maxSize: 0 }, { maxSize: 1.5 }, { ttlMs: -1 }])('refuses %j', (options) => {
    expect(() => new BalanceSnapshotCache(options)).toThrow(RangeError);
  });

  test('is never older than the last event it was told of, whatever happens in whatever order', async () => {
    const users = ['a', 'b', 'c', 'd'];
    const user = fc.constantFrom(...users);
    const step = fc.oneof(
      fc.record({ kind: fc.constant('commit' as const), user }),
      // Events come late, twice and out of order.
      fc.record({ kind: fc.constant('event' as const), user, ago: fc.nat(3) }),
      fc.record({ kind: fc.constant('begin' as const), user }),
      fc.record({ kind: fc.constant('end' as const), nth: fc.nat(5) }),
      fc.record({ kind: fc.constant('ask' as const), user }),
      fc.record({ kind: fc.constant('pass' as const), ms: fc.nat(60) }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 120, size: 'max' }),
        fc.integer({ min: 1, max: 4 }),
        async (steps, maxSize) => {
          let now = 0;
          const cache = new BalanceSnapshotCache({ maxSize, ttlMs: 100, now: () => now });
          const committed = new Map(users.map((userId) => [userId, 1]));
          const seen = new Map(users.map((userId) => [userId, 0]));
          const reads: { user: string; end(): Promise<void> }[] = [];
          const versionOf = (of: Map<string, number>, userId: string) => of.get(userId) as number;
          for (const each of steps) {
            if (each.kind === 'commit') committed.set(each.user, versionOf(committed, each.user) + 1);
            else if (each.kind === 'event') {
              const version = Math.max(1, versionOf(committed, each.user) - each.ago);
              cache.take(event(each.user, version));
              seen.set(each.user, Math.max(versionOf(seen, each.user), version));
            } else if (each.kind === 'begin') {
              const { read, resolve } = pendingRead();
              const answer = balance(each.user, versionOf(committed, each.user));
              const filled = cache.fill(each.user, 'points', read);
              const end = async () => {
                resolve(answer);
                expect((await filled).version).toBeGreaterThanOrEqual(versionOf(seen, each.user));
              };
              reads.push({ user: each.user, end });
            } else if (each.kind === 'end') await reads.splice(each.nth, 1)[0]?.end();
            else if (each.kind === 'pass') now += each.ms;
            else {
              const known = cache.find(each.user, 'points');
              if (!known) continue;
              expect(known.version).toBeGreaterThanOrEqual(versionOf(seen, each.user));
              expect(known.version).toBeLessThanOrEqual(versionOf(committed, each.user));
              expect(known.availableBalance).toBe(known.version * 10);
              expect(now - known.lastUpdated.getTime()).toBeLessThan(100);
            }
            expect(cache.use().size).toBeLessThanOrEqual(maxSize);
          }
          for (const { end } of reads) await end();
        },
      ),
      { numRuns: 200 },
    );
  });
});
