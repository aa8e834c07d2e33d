import type { Database } from '@skelly/db';
import { queryByIndex } from '../unit-of-work/round-trip';
import type { Responder } from './responder';

/** Milliseconds between two words of a worker that it answers. */
export const SEEN_EVERY_MS = 5_000;
/** Seconds after which a responder of which nobody has heard counts as gone: long enough for a worker to restart. */
export const GONE_AFTER_SECONDS = 30;

/**
 * Says that this process answers these queries.
 *
 * @returns the database's clock, in milliseconds since 1970.
 */
export async function sayAnswering(database: Database, responders: readonly Responder[]): Promise<number> {
  const { rows } = await database.pool.query<{ now: number }>({
    name: 'responder-seen',
    text: `with seen as (
             insert into event_responder as known (type, version, responder, seen_at)
             select type, version, responder, now() from unnest($1::text[], $2::int[], $3::text[]) as given (type, version, responder)
             order by type, version
             on conflict (type, version) do update set responder = excluded.responder, seen_at = excluded.seen_at
           )
           select extract(epoch from clock_timestamp())::float8 * 1000 as now`,
    values: [
      responders.map(({ on }) => on.type),
      responders.map(({ on }) => on.version),
      responders.map(({ id }) => id),
    ],
  });
  return rows[0]?.now as number;
}

/** Knows whether somebody answers a query. */
export interface RespondersSeen {
  /** Resolves with the database's clock, in milliseconds since 1970; with undefined when nobody answers the query. */
  find(query: { readonly type: string; readonly version: number }): Promise<number | undefined>;
}

/** Milliseconds for which it is taken for granted that a query is answered; its responders are not forgotten as fast. */
const KNOWN_MS = 1_000;

/** Asks the database once a second for each query, whatever number of questions there are. */
export function createRespondersSeen(database: Database): RespondersSeen {
  const known = new Map<string, { readonly until: number; readonly looked: Promise<() => number | undefined> }>();

  async function look(type: string, version: number): Promise<() => number | undefined> {
    const { rows } = await queryByIndex<{ now: number }>(database.pool, {
      name: 'responder-find',
      text: `select extract(epoch from clock_timestamp())::float8 * 1000 as now from event_responder
             where type = $1 and version = $2 and seen_at > now() - interval '${GONE_AFTER_SECONDS} seconds'`,
      values: [type, version],
    });
    const lookedAt = performance.now();
    const now = rows[0]?.now;
    return () => (now === undefined ? undefined : now + performance.now() - lookedAt);
  }

  return {
    async find({ type, version }) {
      const key = `${type} ${version}`;
      let entry = known.get(key);
      if (!entry || entry.until < performance.now()) {
        entry = { until: performance.now() + KNOWN_MS, looked: look(type, version) };
        known.set(key, entry);
      }
      const now = await entry.looked.catch((error) => {
        known.delete(key);
        throw error;
      });
      if (now() === undefined) known.delete(key);
      return now();
    },
  };
}
