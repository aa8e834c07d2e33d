import { type Database, sqlState } from '@skelly/db';
import type pg from 'pg';
import { NonRetriable } from '../../errors';
import { columnParameters } from '../../unit-of-work/array-parameter';
import { type NamedStatement, queryByIndex } from '../../unit-of-work/round-trip';
import { type Delivery, type DeliveryKey, keyOf } from '../run/delivery';

// Sub-selects, each one probe of an index: as joins they would be planned over whole tables.
const LOOK = {
  name: 'inbox-look',
  text: `
    select nth::int - 1 as nth from unnest($1::uuid[], $2::text[], $3::uuid[]) with ordinality as d (event_id, handler, run, nth)
    where coalesce(
      (select true from event_processing_log as done
       where done.event_id = d.event_id and done.handler = d.handler and done.run = d.run and done.status = 'finished' limit 1),
      (select true from event_schedule as waiting
       where waiting.event_id = d.event_id and waiting.handler = d.handler and waiting.run = d.run and waiting.due_at > now() limit 1),
      (select true from event_dead_letter as dead
       where dead.event_id = d.event_id and dead.handler = d.handler and dead.run = d.run and dead.resolved_at is null limit 1),
      false)`,
};

/** Looks up, in one statement, which deliveries have finished, wait for their time or are dead letters: they do not run. */
export function lookStatement(deliveries: readonly Delivery[]): NamedStatement {
  return { ...LOOK, values: keyColumns(deliveries) };
}

/** What the statement has found: the places of those that do not run. */
export function readSettled({ rows }: pg.QueryResult): ReadonlySet<number> {
  return new Set((rows as { nth: number }[]).map(({ nth }) => nth));
}

/** Whether deliveries of one event have all finished. */
export async function hasFinished(database: Database, keys: readonly DeliveryKey[]): Promise<boolean> {
  const { rows } = await queryByIndex<{ finished: number }>(database.pool, {
    name: 'inbox-finished',
    text: `select count(distinct handler) as finished from event_processing_log
           where event_id = $1 and run = $2 and handler = any ($3) and status = 'finished'`,
    values: [keys[0]?.eventId, keys[0]?.run, keys.map(({ handler }) => handler)],
  });
  return rows[0]?.finished === new Set(keys.map(({ handler }) => handler)).size;
}

/** The deliveries' keys, as a list each of event ids, handlers and runs. */
function keyColumns(deliveries: readonly Delivery[]): (Buffer | string)[] {
  return columnParameters(
    ['uuid', 'text', 'uuid'],
    deliveries.map(({ event, handler, run }) => [event.eventId, handler.id, run]),
  );
}

/** A delivery that has run, and what its inbox row tells of it. */
export interface Finished {
  readonly delivery: Delivery;
  readonly startedAt: Date;
}

// In one order, so that two workers with the same deliveries do not wait for each other in a ring. A lease is there only where the
// handler was an effect before; one that has expired is nobody's. When a row was there already, or the delivery waits for its next try or was given up
// while it ran, the division fails, and the transaction with it: the commit follows in the same round trip.
const FINISH = {
  name: 'inbox-finish',
  text: `
    with written as (insert into event_processing_log as log
      (event_id, handler, run, status, queue, attempt, worker, relayed_at, received_at, started_at, finished_at)
    select event_id, handler, run, 'finished', queue,
      1 + (select count(*) from event_attempt as tried
           where tried.event_id = given.event_id and tried.handler = given.handler and tried.run = given.run),
      $4, relayed_at, received_at, started_at, clock_timestamp()
    from unnest($1::uuid[], $2::text[], $3::uuid[], $5::text[], $6::timestamptz[], $7::timestamptz[], $8::timestamptz[])
      as given (event_id, handler, run, queue, relayed_at, received_at, started_at)
    where coalesce(
      (select false from event_dead_letter as dead
       where dead.event_id = given.event_id and dead.handler = given.handler and dead.run = given.run and dead.resolved_at is null limit 1),
      (select false from event_schedule as waiting
       where waiting.event_id = given.event_id and waiting.handler = given.handler and waiting.run = given.run and waiting.kind = 'retry'
         and waiting.due_at > now() limit 1),
      true)
    order by event_id, handler, run
    on conflict (event_id, handler, run) do update set status = excluded.status, queue = excluded.queue, attempt = excluded.attempt,
      worker = excluded.worker, relayed_at = excluded.relayed_at, received_at = excluded.received_at,
      started_at = excluded.started_at, finished_at = excluded.finished_at, lease_until = null
      where log.status = 'running' and log.lease_until <= now() returning 1)
    select 1 / (count(*) = cardinality($1))::int as written from written`,
};

/** The code of {@link FINISH}'s failure, when another delivery of one of the events has finished, failed or been given up first. */
const DIVISION_BY_ZERO = '22012';

/** Writes, in the handlers' own transaction and last, that they have finished. */
export function finishStatement(finished: readonly Finished[], worker: string): NamedStatement {
  return {
    ...FINISH,
    values: [
      ...keyColumns(finished.map(({ delivery }) => delivery)),
      worker,
      ...columnParameters(
        ['text', 'timestamptz', 'timestamptz', 'timestamptz'],
        finished.map(({ delivery, startedAt }) => [delivery.queue, delivery.relayedAt, delivery.receivedAt, startedAt]),
      ),
    ],
  };
}

/** Whether a commit failed because another delivery of one of the events has ended first. */
export function isAlreadyFinished(error: unknown): boolean {
  return sqlState(error) === DIVISION_BY_ZERO;
}

/** What came of asking for an effect's lease. */
export type LeaseAnswer =
  | { readonly state: 'held' }
  | { readonly state: 'finished' }
  | { readonly state: 'busy'; readonly until: Date };

const TAKE_LEASE = {
  name: 'lease-take',
  text: `
    insert into event_processing_log as log
      (event_id, handler, run, status, queue, attempt, worker, relayed_at, received_at, started_at, lease_until)
    values ($1, $2, $3, 'running', $4, 1 + (select count(*) from event_attempt where event_id = $1 and handler = $2 and run = $3),
      $5, $6, $7, now(), now() + make_interval(secs => $8))
    on conflict (event_id, handler, run) do update set attempt = excluded.attempt, worker = excluded.worker,
      relayed_at = excluded.relayed_at, received_at = excluded.received_at, started_at = excluded.started_at,
      lease_until = excluded.lease_until
      where log.status = 'running' and log.lease_until <= now()`,
};

/**
 * Takes the lease of an effect, committed before it runs, so that two never run at once. An expired one is taken over.
 *
 * @throws NonRetriable when the event lies outside every partition.
 */
export async function takeLease(
  database: Database,
  delivery: Delivery,
  options: { worker: string; leaseMs: number },
): Promise<LeaseAnswer> {
  const { eventId, handler, run } = keyOf(delivery);
  const { queue, relayedAt, receivedAt } = delivery;
  const held = await queryByIndex(database.pool, {
    ...TAKE_LEASE,
    values: [eventId, handler, run, queue, options.worker, relayedAt, receivedAt, options.leaseMs / 1_000],
  }).catch(refuseUnpartitioned);
  if (held.rowCount === 1) return { state: 'held' };
  const { rows } = await queryByIndex<{ finished: boolean; until: Date | null }>(database.pool, {
    name: 'lease-read',
    text: `select status = 'finished' as finished, lease_until as until from event_processing_log
           where event_id = $1 and handler = $2 and run = $3`,
    values: [eventId, handler, run],
  });
  if (rows[0]?.finished) return { state: 'finished' };
  return { state: 'busy', until: rows[0]?.until ?? new Date() };
}

/** Turns the lease into the record that the effect has happened. @returns false when it was lost to another worker, which runs it again. */
export async function finishLease(
  client: pg.ClientBase | pg.Pool,
  { eventId, handler, run }: DeliveryKey,
  worker: string,
): Promise<boolean> {
  const { rowCount } = await queryByIndex(client, {
    name: 'lease-finish',
    text: `update event_processing_log set status = 'finished', finished_at = clock_timestamp(), lease_until = null
           where event_id = $1 and handler = $2 and run = $3 and status = 'running' and worker = $4`,
    values: [eventId, handler, run, worker],
  });
  return rowCount === 1;
}

/**
 * Names 23514 from an insert into a partitioned table: no partition for the row.
 *
 * @throws NonRetriable then, the error itself otherwise.
 */
export function refuseUnpartitioned(error: unknown): never {
  if (sqlState(error) === '23514') {
    throw new NonRetriable(
      'The event is older or newer than every partition of the inbox, so it cannot be told whether it has run.',
      { cause: error },
    );
  }
  throw error;
}
