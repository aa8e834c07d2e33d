import { listPartitions, type Partition, siblingName } from '@skelly/db';
import type pg from 'pg';

/** Why a week must stay, with an event that is the reason. */
export interface Held {
  readonly why: 'waits' | 'due' | 'dead' | 'running' | 'unfinished';
  readonly eventId: string;
}

/** Rows that one query looks at, so that none holds a snapshot for long. */
const SLICE = 10_000;
/** Before every event id. */
const FIRST_ID = '00000000-0000-0000-0000-000000000000';

// Each finds one row or none; by the index on event ids, but for the outbox, which is read whole.
const WAITING = `
  select 'waits' as why, event_id as "eventId" from (
    select event_id from event_schedule where event_id >= uuid_floor($1) and event_id < uuid_floor($2) limit 1) as waiting
  union all select 'due', event_id from (
    select event_id from event_outbox where event_id >= uuid_floor($1) and event_id < uuid_floor($2) limit 1) as due
  union all select 'unfinished', event_id from (
    select event_id from event_straggler where event_id >= uuid_floor($1) and event_id < uuid_floor($2) limit 1) as sent
  union all select 'unfinished', event_id from (
    select event_id from event_run_straggler where event_id >= uuid_floor($1) and event_id < uuid_floor($2) limit 1) as replayed
  union all select 'dead', event_id from (
    select event_id from event_dead_letter
    where event_id >= uuid_floor($1) and event_id < uuid_floor($2) and resolved_at is null limit 1) as dead`;

/** Looks for an event of the week that waits for its time, is due to be sent, was sent once more and has not ended, or is a dead letter that nobody has resolved. */
export async function findWaiting(client: pg.ClientBase, { from, until }: Partition): Promise<Held | undefined> {
  return (await client.query<Held>(WAITING, [from, until])).rows[0];
}

/** A lease that holds, of whatever run. */
const running = (log: string) => `
  with slice as (
    select event_id, status, lease_until from ${log} where event_id > $1 order by event_id limit ${SLICE}
  )
  select (select event_id from slice order by event_id desc limit 1) as last,
    (select event_id from slice where status = 'running' and lease_until > now() limit 1) as found`;

/** An event that a routed handler has not finished. */
const unfinished = (history: string, log: string) => `
  with slice as (
    select event_id, type, position from ${history} where event_id > $1 order by event_id limit ${SLICE}
  )
  select (select event_id from slice order by event_id desc limit 1) as last,
    (select slice.event_id from slice
     join event_route as route on route.type = slice.type and route.retired_at is null and slice.position > route.since_position
     where not exists (select from ${log} as done
         where done.event_id = slice.event_id and done.handler = route.handler and done.status = 'finished')
       and not exists (select from event_dead_letter as dead
         where dead.event_id = slice.event_id and dead.handler = route.handler and dead.resolved_at is null)
     limit 1) as found`;

/**
 * Looks for an event of the week that runs, or that a routed handler has not finished. When the week's processing log has been
 * dropped, all of it had finished then.
 */
export async function findUnfinished(client: pg.ClientBase, partition: Partition): Promise<Held | undefined> {
  const tables = new Set((await listPartitions(client)).map(({ name }) => name));
  const [history, log] = [siblingName(partition, 'event_history'), siblingName(partition, 'event_processing_log')];
  if (!tables.has(log)) return undefined;
  const leased = await scan(client, running(log));
  if (leased) return { why: 'running', eventId: leased };
  const left = tables.has(history) ? await scan(client, unfinished(history, log)) : undefined;
  return left ? { why: 'unfinished', eventId: left } : undefined;
}

/** Runs a query slice by slice until it finds something or reaches the end. */
async function scan(client: pg.ClientBase, text: string): Promise<string | undefined> {
  let after = FIRST_ID;
  for (;;) {
    const { rows } = await client.query<{ last: string | null; found: string | null }>(text, [after]);
    if (rows[0]?.found) return rows[0].found;
    if (!rows[0]?.last) return undefined;
    after = rows[0].last;
  }
}
