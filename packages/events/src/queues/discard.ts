import { type Database, LIVE_RUN } from '@skelly/db';
import { currentEventContext } from '../context';
import { DISCARDED_BY, requireNote } from '../dead-letters/resolve';
import { AVOID, queryUnder } from '../query-under';
import { readHead } from '../replay/selection';
import { fromOpen, OPEN, requireRouted } from './inspect';

/** Deliveries of one transaction. */
const AT_ONCE = 500;
/** Deliveries that are counted at most. */
const MOST_COUNTED = 100_000;

/** What a queue's handlers have not finished, as far as it had been emitted. */
export interface OpenDeliveries {
  /** 100,000 at most. */
  readonly count: number;
  /** Whether counting ended there, so that there may be more. */
  readonly orMore: boolean;
  /** The log's head when they were counted: what is emitted later is not meant. */
  readonly upTo: number;
}

/** @throws QueueUnknownError */
export async function countOpen(database: Database, queue: string): Promise<OpenDeliveries> {
  await requireRouted(database, queue);
  const upTo = await readHead(database);
  const [few] = await queryUnder<{ count: number }>(database.pool, AVOID.SORTS, {
    text: `select count(*) as count from (
       select ${fromOpen({ history: 'history.position <= $2', route: 'route.queue = $1', limit: MOST_COUNTED })}
       limit ${MOST_COUNTED}) as few`,
    values: [queue, upTo],
  });
  const count = few?.count ?? 0;
  return { count, orMore: count === MOST_COUNTED, upTo };
}

// For everything else in the backbone a discarded delivery is a finished one: nothing waits for it, nothing sends it again. Each batch begins
// behind the one before it, and reads no more than a batch of each handler. What ended meanwhile was chosen, and is left as it is.
const DISCARD = `
  with chosen as materialized (
    select open.event_id, open.position, route.handler, route.queue
    from event_route as route cross join lateral (
      select history.event_id, history.position from event_history as history
      where history.type = route.type and ${OPEN} and history.position <= $2
        and history.position >= $4 and (history.position, route.handler) > ($4, $5)
      order by history.position limit ${AT_ONCE}
    ) as open
    where route.retired_at is null and route.queue = $1
    order by open.position, route.handler limit ${AT_ONCE}
  ), discarded as (
    insert into event_processing_log (event_id, handler, run, status, queue, attempt, worker, started_at, finished_at)
    select event_id, handler, '${LIVE_RUN}', 'finished', queue, 0, '${DISCARDED_BY}' || $3, clock_timestamp(), clock_timestamp()
    from chosen order by position, handler
    on conflict (event_id, handler, run) do update set status = 'finished', worker = excluded.worker, finished_at = excluded.finished_at,
      lease_until = null where event_processing_log.status = 'running'
    returning 1
  )
  select position, handler, (select count(*) from chosen) as chosen, (select count(*) from discarded) as discarded
  from chosen order by position desc, handler desc limit 1`;

/** The last delivery of a batch, and the batch's sums. */
interface Batch {
  readonly position: number;
  readonly handler: string;
  readonly chosen: number;
  readonly discarded: number;
}

/** How far a discard came. */
export interface Discarded {
  /** Deliveries that were given up. */
  readonly discarded: number;
  /** Whether it was broken off before it had seen all of them; another one goes on. */
  readonly stopped: boolean;
}

/**
 * Gives up for good what a queue's handlers have not finished, up to a position: those handlers never run for these events. One that runs
 * at this moment ends without an effect in Postgres, or has ended first. What waits for another try, or is dead, is not meant.
 *
 * @param given.signal ends it between two batches of 500.
 * @throws QueueUnknownError; DeadLetterError `reason_missing`.
 */
export async function discardOpen(
  database: Database,
  queue: string,
  {
    upTo,
    reason,
    signal,
  }: { readonly upTo: number; readonly reason: string; readonly signal?: AbortSignal | undefined },
): Promise<Discarded> {
  requireNote(reason);
  await requireRouted(database, queue);
  const { actor } = currentEventContext();
  let discarded = 0;
  let last = { position: 0, handler: '', chosen: AT_ONCE };
  while (last.chosen === AT_ONCE) {
    if (signal?.aborted) return { discarded, stopped: true };
    const values = [queue, upTo, actor, last.position, last.handler];
    const [batch] = await queryUnder<Batch>(database.pool, AVOID.SORTS, { text: DISCARD, values });
    if (!batch) break;
    discarded += batch.discarded;
    last = batch;
  }
  return { discarded, stopped: false };
}
