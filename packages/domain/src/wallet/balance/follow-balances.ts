import { createFollower, type Follower, type Positioned, type Queryable } from '@skelly/events/follow';
import { balanceUpdated } from '@skelly/types/wallet';
import type { BalanceEvent, BalanceSnapshotCache } from './balance-snapshot-cache';

export interface FollowBalancesDependencies {
  /** Postgres, the primary. */
  readonly db: Queryable;
  readonly cache: Pick<BalanceSnapshotCache, 'take' | 'clear'>;
  /** Milliseconds between looks at what was committed. @defaultValue 500 */
  readonly intervalMs?: number | undefined;
  /** Milliseconds between looks for a restored database. @defaultValue 10000 */
  readonly epochIntervalMs?: number | undefined;
  readonly onError: (error: unknown) => void;
}

interface Row extends Positioned {
  /** Null for messages of other types. */
  readonly channel: string | null;
  readonly data: Omit<BalanceEvent, 'userId'> | null;
}

/** Whether it is told of commits, by the last look, and when it has been told of all before a moment. */
export type BalanceFollower = Pick<Follower, 'healthy' | 'sync' | 'close'>;

const CHANNEL = 'user:';

/** The balance that a message of its type tells a member. */
export function balanceOf(message: { readonly channel: string; readonly data: object }): BalanceEvent {
  return { ...(message.data as Omit<BalanceEvent, 'userId'>), userId: message.channel.slice(CHANNEL.length) };
}

/** Of other messages only the place is read: whoever follows has to know that nothing is missing. */
const MESSAGES = {
  table: 'push_message',
  columns: `case type when '${balanceUpdated.type}' then channel end as channel,
    case type when '${balanceUpdated.type}' then data end as data`,
} as const;

/**
 * Tells a cache of the balances that any process commits, from the streams of members. When the database was restored from a backup,
 * which has balances of its own, the cache forgets all and the follower begins anew.
 */
export function followBalances(deps: FollowBalancesDependencies): BalanceFollower {
  const { db, cache, intervalMs, epochIntervalMs = 10_000, onError } = deps;
  const follower = createFollower<Row>({
    db,
    source: MESSAGES,
    ...(intervalMs === undefined ? {} : { intervalMs }),
    onRead(rows) {
      for (const { channel, data } of rows)
        if (channel !== null && data !== null) cache.take(balanceOf({ channel, data }));
    },
    onError,
  });
  let epoch: string | undefined;
  async function look(): Promise<void> {
    // Whoever follows says that Postgres is away.
    const read = await db.query<{ epoch: string }>('select epoch from push_epoch').catch(() => undefined);
    const found = read?.rows[0]?.epoch;
    if (epoch !== undefined && found !== undefined && found !== epoch) {
      cache.clear();
      follower.restart();
    }
    epoch = found ?? epoch;
  }
  void look();
  const looking = setInterval(look, epochIntervalMs);
  looking.unref();
  return {
    get healthy() {
      return follower.healthy;
    },
    sync: () => follower.sync(),
    close() {
      clearInterval(looking);
      return follower.close();
    },
  };
}
