import type { Queries } from '@skelly/db';
import { sql } from 'drizzle-orm';
import type { Measures } from './judge';

/** Deliveries that tell how long messages wait in queues: the newest by event. */
const SAMPLE = 200;
/** Dead letters and breakers that are counted at most: beyond it is bad enough. */
const COUNTED = 1_000;
const NAMED = 5;

interface Row extends Record<string, unknown>, Omit<Measures, 'silentMs'> {
  readonly silentMs: Measures['silentMs'] | null;
}

/**
 * Measures the system, by the database's clock.
 *
 * @param watchedSince - before it nobody wrote what is read here, as during an outage of Postgres: silence counts from then on.
 */
export async function measure(queries: Queries, watchedSince: Date): Promise<Measures> {
  const { rows } = await queries.execute<Row>(sql`
    select
      (select json_object_agg(kind, extract(epoch from now() - greatest(ready_at, ${watchedSince})) * 1000)
         from (select kind, max(ready_at) as ready_at from process_heartbeat group by kind) as heard) as "silentMs",
      coalesce((select extract(epoch from now() - created_at)::float8 from event_outbox
         where id > (select outbox_floor from event_low_water) order by id limit 1), 0) as "outboxAgeSeconds",
      coalesce((select max(extract(epoch from received_at - relayed_at))::float8 from (
          select received_at, relayed_at from event_processing_log order by event_id desc limit ${SAMPLE}) as newest
         where received_at > now() - interval '30 seconds'), 0) as "queueAgeSeconds",
      (select count(*)::int from (
          select from event_dead_letter where failed_at > now() - interval '1 minute' limit ${COUNTED}) as dead) as "deadLettersPerMinute",
      array(select distinct handler from circuit_breaker where seen_at > now() - interval '1 minute' order by handler limit ${NAMED})
        as "openBreakers"`);
  const { silentMs, ...measures } = rows[0] as Row;
  return { ...measures, silentMs: silentMs ?? {} };
}
