import type { Database } from '@skelly/db';

/** Rows promoted by one statement at most; the rest follow at once. */
const PROMOTE_LIMIT = 500;

// One statement: a row is in the schedule or in the outbox, never in both or neither.
const PROMOTE = `
  with due as (
    delete from event_schedule where key = any (array(
      select key from event_schedule where due_at <= now() and kind in ('retry', 'parked') order by due_at limit ${PROMOTE_LIMIT} for update skip locked
    ))
    returning event_id, handler, queue, run
  )
  insert into event_outbox (event_id, handler, queue, run) select event_id, handler, queue, run from due`;

/** Moves what is due, by the database's clock, into the outbox. @returns how many rows. */
export async function promoteDue(database: Database): Promise<number> {
  let promoted = 0;
  for (let moved = PROMOTE_LIMIT; moved === PROMOTE_LIMIT; promoted += moved) {
    moved = (await database.pool.query({ name: 'schedule-promote', text: PROMOTE })).rowCount ?? 0;
  }
  return promoted;
}
