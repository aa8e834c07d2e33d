import type { Database } from '@skelly/db';

/** Rows promoted by one transaction at most; the rest follow at once. */
export const PROMOTE_LIMIT = 1_000;

// One statement: a row is in the schedule or in the outbox, never in both or neither.
const PROMOTE_POINTERS = {
  name: 'schedule-promote',
  text: `
    with due as (
      delete from event_schedule where key = any (array(
        select key from event_schedule where due_at <= now() and due_at >= $1 and kind in ('retry', 'parked')
        order by due_at limit ${PROMOTE_LIMIT} for update skip locked
      ))
      returning event_id, handler, queue, run
    )
    insert into event_outbox (event_id, handler, queue, run) select event_id, handler, queue, run from due`,
};

const LOOK_AHEAD = {
  name: 'schedule-look-ahead',
  text: `
    select now, extract(epoch from pointer - now)::float8 * 1000 as "pointerInMs",
      extract(epoch from timer - now)::float8 * 1000 as "timerInMs", extract(epoch from recurring - now)::float8 * 1000 as "recurringInMs"
    from (select clock_timestamp() as now,
            (select min(due_at) from event_schedule where kind in ('retry', 'parked') and due_at >= $1) as pointer,
            (select min(due_at) from event_schedule where kind = 'timer' and due_at >= $1) as timer,
            (select min(due_at) from event_schedule where kind = 'recurring') as recurring) as ahead`,
};

/** When the schedule has to be looked at again, by kind; null where nothing waits. */
export interface LookAhead {
  /** By the database's clock. */
  readonly now: Date;
  readonly pointerInMs: number | null;
  readonly timerInMs: number | null;
  readonly recurringInMs: number | null;
}

/** Asks what is due next, from `since` on, in milliseconds; 0 or less is due now. */
export async function lookAhead(database: Database, since: Date): Promise<LookAhead> {
  const { rows } = await database.pool.query<LookAhead>({ ...LOOK_AHEAD, values: [since] });
  return rows[0] as LookAhead;
}

/** Moves pointers that are due since `since`, by the database's clock, into the outbox. @returns how many; at the limit there may be more. */
export async function promotePointers(database: Database, since: Date): Promise<number> {
  return (await database.pool.query({ ...PROMOTE_POINTERS, values: [since] })).rowCount ?? 0;
}
