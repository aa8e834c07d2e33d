import type { Database } from '@skelly/db';
import type pg from 'pg';
import {
  RateLimiterPostgres,
  RateLimiterRedis,
  RateLimiterRes,
  type RateLimiterStoreAbstract,
} from 'rate-limiter-flexible';
import type { RateLimit } from '../../handlers/handler';
import { createRedisClient, type RedisClientOptions } from '../../hints/redis/client';
import type { Log } from '../../log';
import { orAbort } from '../../or-abort';
import { queryByIndex } from '../../unit-of-work/round-trip';
import type { Counted } from './limit-rule';

/** Counts the calls of limited handlers, for all workers together. */
export interface CallCounter {
  /** What counts, in words. */
  readonly what: 'Postgres' | 'Redis';
  /**
   * Counts `calls` more in the window of a limit that is open. The first call opens one, and it ends after the limit's time.
   *
   * @throws when it cannot be counted; it may have been.
   */
  count(name: string, limit: RateLimit, calls: number): Promise<Counted>;
  close(): void;
}

/** Milliseconds for an answer of Redis: deliveries wait for it. */
const PATIENCE_MS = 1_000;

// By the database's clock, so that those of the workers need not agree; read once, when the row is locked.
const COUNT = `
  insert into event_rate_limit as open (name, calls, ends_at) values ($1, $2, clock_timestamp() + make_interval(secs => $3))
  on conflict (name) do update set (calls, ends_at) = (
    select case when open.ends_at > at then open.calls else 0 end + excluded.calls,
           case when open.ends_at > at then open.ends_at else at + make_interval(secs => $3) end
    from (select clock_timestamp() as at) as clock)
  returning calls, extract(epoch from ends_at - clock_timestamp())::float8 * 1000 as ends_in_ms`;

type CountedRow = { readonly calls: number; readonly ends_in_ms: number };

/** The library's limiter, on a table of ours and by the database's clock: its own statement takes the time of its process. */
class PostgresLimiter extends RateLimiterPostgres {
  constructor(
    private readonly pool: pg.Pool,
    { calls, perSeconds }: RateLimit,
  ) {
    super({
      storeClient: pool,
      storeType: 'pool',
      keyPrefix: '',
      tableName: 'event_rate_limit',
      tableCreated: true,
      clearExpiredByTimeout: false,
      points: calls,
      duration: perSeconds,
    });
  }

  _upsert(name: string, calls: number, windowMs: number): Promise<pg.QueryResult<CountedRow>> {
    const values = [name, calls, windowMs / 1_000];
    return queryByIndex<CountedRow>(this.pool, { name: 'rate-limit-count', text: COUNT, values });
  }

  _getRateLimiterRes(_name: string, _calls: number, { rows }: pg.QueryResult<CountedRow>): RateLimiterRes {
    const { calls, ends_in_ms } = rows[0] as CountedRow;
    return new RateLimiterRes(0, Math.max(ends_in_ms, 0), calls);
  }
}

/** One limiter of the library for each handler's limit. */
function createCounter(
  what: CallCounter['what'],
  options: {
    limiterOf: (limit: RateLimit) => RateLimiterStoreAbstract;
    ready?: Promise<unknown>;
    patienceMs?: number;
    close: () => void;
  },
): CallCounter {
  const limiters = new Map<string, RateLimiterStoreAbstract>();
  return {
    what,
    async count(name, limit, calls) {
      const limiter = limiters.get(name) ?? options.limiterOf(limit);
      limiters.set(name, limiter);
      const { ready, patienceMs } = options;
      const counting = async () => {
        await ready;
        // A penalty is counted as a call is, and never refused: the limit is ours to decide about.
        return limiter.penalty(name, calls);
      };
      const { consumedPoints, msBeforeNext } = await (patienceMs === undefined
        ? counting()
        : orAbort(counting(), AbortSignal.timeout(patienceMs)));
      return { calls: consumedPoints, endsInMs: msBeforeNext };
    },
    close: options.close,
  };
}

export function createPostgresCounter(database: Database): CallCounter {
  return createCounter('Postgres', {
    limiterOf: (limit) => new PostgresLimiter(database.pool, limit),
    close: () => undefined,
  });
}

/** Counts in Redis, which loses its counts when it restarts: then a window may have twice its calls. */
export function createRedisCounter(options: RedisClientOptions): CallCounter {
  const { redis, close } = createRedisClient(options);
  const connecting = redis.connect().catch(() => undefined);
  return createCounter('Redis', {
    limiterOf: ({ calls, perSeconds }) =>
      new RateLimiterRedis({
        storeClient: redis,
        rejectIfRedisNotReady: true,
        keyPrefix: 'skelly:rate',
        points: calls,
        duration: perSeconds,
      }),
    ready: connecting,
    patienceMs: PATIENCE_MS,
    close,
  });
}

/** Counts in Redis when there is one, otherwise in Postgres. */
export function createCallCounter(deps: {
  readonly database: Database;
  readonly log: Log;
  readonly redisUrl: string | undefined;
}): CallCounter {
  const { database, log, redisUrl } = deps;
  if (redisUrl === undefined) return createPostgresCounter(database);
  return createRedisCounter({
    url: redisUrl,
    applicationName: 'skelly-rate-limits',
    onError: (error) => log.warn({ err: error }, 'rate limits cannot be counted'),
  });
}
