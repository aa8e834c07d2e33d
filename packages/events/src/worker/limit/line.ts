import type { Database } from '@skelly/db';
import { PLAN_BY_INDEX, queryByIndex, queryTogether } from '../../unit-of-work/round-trip';
import { scheduleKey } from '../record/failures';
import { type Delivery, keyOf } from '../run/delivery';

/** Why a delivery waits whose handler's rate limit is used up; the index of the line is of it. */
export const RATE_LIMIT_REASON = 'waits for its rate limit';

/** The last of those that wait for a handler's limit, if anybody does. */
const LAST = (handler: string) => `
  select due_at, position from event_schedule
  where handler = ${handler} and reason = '${RATE_LIMIT_REASON}' and due_at > clock_timestamp() order by due_at desc limit 1`;

/** The position of the last event in the line of a handler; undefined when nobody waits. */
export async function findLast(database: Database, handler: string): Promise<number | undefined> {
  const { rows } = await queryByIndex<{ position: number }>(database.pool, {
    name: 'rate-limit-last',
    text: `select position from (${LAST('$1')}) as last`,
    values: [handler],
  });
  return rows[0]?.position;
}

const DELIVERIES = `unnest($1::text[], $2::uuid[], $3::text[], $4::uuid[], $5::bigint[], $6::float8[])
  as given (key, event_id, handler, run, position, wait_ms)`;
const INTO_SCHEDULE = 'insert into event_schedule (key, kind, due_at, event_id, handler, run, position, reason)';

/** Lets deliveries wait until a time of their own each; none is charged. */
export async function waitApart(
  database: Database,
  deliveries: readonly Delivery[],
  waitMs: readonly number[],
): Promise<void> {
  if (deliveries.length === 0) return;
  await queryByIndex(database.pool, {
    name: 'rate-limit-wait',
    text: `${INTO_SCHEDULE}
           select key, 'parked', clock_timestamp() + make_interval(secs => wait_ms / 1000), event_id, handler, run, position, '${RATE_LIMIT_REASON}'
           from ${DELIVERIES} order by key on conflict (key) do nothing`,
    values: valuesOf(deliveries, waitMs),
  });
}

/** Lets deliveries of one handler wait at the end of its line, a step after each other; none is charged. */
export async function waitAtEnd(database: Database, deliveries: readonly Delivery[], stepMs: number): Promise<void> {
  const client = await database.pool.connect();
  let broken: Error | undefined;
  try {
    // One transaction and one round trip. Others stand in line after it: each sees the end that the one before has made.
    await queryTogether(client, [
      PLAN_BY_INDEX,
      {
        name: 'rate-limit-lock',
        text: `select pg_advisory_xact_lock(hashtextextended('skelly rate limit ' || $1, 0))`,
        values: [deliveries[0]?.handler.id],
      },
      {
        name: 'rate-limit-wait-at-end',
        text: `${INTO_SCHEDULE}
               select key, 'parked', coalesce(last.due_at, clock_timestamp()) + make_interval(secs => wait_ms / 1000), event_id, handler, run,
                 given.position, '${RATE_LIMIT_REASON}'
               from ${DELIVERIES} left join lateral (${LAST('given.handler')}) as last on true
               order by key on conflict (key) do nothing`,
        values: valuesOf(
          deliveries,
          deliveries.map((_, nth) => (nth + 1) * stepMs),
        ),
      },
    ]);
  } catch (error) {
    broken = error as Error;
    throw error;
  } finally {
    client.release(broken);
  }
}

function valuesOf(deliveries: readonly Delivery[], waitMs: readonly number[]): unknown[] {
  const keys = deliveries.map(keyOf);
  return [
    keys.map(scheduleKey),
    keys.map(({ eventId }) => eventId),
    keys.map(({ handler }) => handler),
    keys.map(({ run }) => run),
    deliveries.map(({ event }) => event.position),
    waitMs,
  ];
}

/** A handler whose deliveries wait for its rate limit. */
export interface LimitedHandler {
  readonly handler: string;
  readonly waiting: number;
  /** When the first and the last of them ask again. */
  readonly firstDueAt: Date;
  readonly lastDueAt: Date;
}

/** Every handler whose deliveries wait for its rate limit, and how long its line is. */
export async function listRateLimited(database: Database): Promise<readonly LimitedHandler[]> {
  const { rows } = await database.pool.query<LimitedHandler>(
    `select handler, count(*)::int as waiting, min(due_at) as "firstDueAt", max(due_at) as "lastDueAt" from event_schedule
     where reason = '${RATE_LIMIT_REASON}' group by handler order by handler`,
  );
  return rows;
}
