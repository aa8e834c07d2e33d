import { type Database, LIVE_RUN } from '@skelly/db';
import type { Log } from '../log';
import { createPulse } from '../pulse';
import { queryByIndex } from '../unit-of-work/round-trip';

export interface ForgetOptions {
  /** Milliseconds between two passes. @defaultValue 5000 */
  readonly intervalMs?: number;
}

/** Events that one statement looks at. */
const BATCH = 1_000;
/** Statements of one pass; the next goes on where it has ended. */
const BATCHES = 50;

const LOCK = `(hashtext('skelly forgetting'))`;
// Taken before the statement's snapshot: of a forgetting and a replay that are about the same event, the later one sees what the other did.
const WHILE_NONE_IS_REPLAYED = { name: 'history-forget-lock', text: `select pg_advisory_xact_lock${LOCK}` };
/** Keeps events in the history until the transaction has ended. */
export const WHILE_NONE_IS_FORGOTTEN = {
  name: 'history-keep-lock',
  text: `select pg_advisory_xact_lock_shared${LOCK}`,
};

// Below the low-water position every event has been sent; what still points to one waits in the schedule or in the outbox. Nobody
// who has begun is left without it: a lease is a row that has not finished. What was sent once more, by a replay or from the dead letters,
// is a straggler until it has ended: the reconciler may have to send it again.
const FORGET = {
  name: 'history-forget',
  text: `
    with looked as materialized (
      select event_id, type, position from event_history
      where position > $1 and position <= (select low_water from event_low_water) order by position limit ${BATCH}
    ), gone as (
      delete from event_history where event_id in (
        select event_id from looked
        where not exists (select from event_route as route
            where route.type = looked.type and route.retired_at is null and route.since_position < looked.position
              and not exists (select from event_processing_log as log where log.event_id = looked.event_id
                and log.handler = route.handler and log.run = '${LIVE_RUN}' and log.status = 'finished'))
          and not exists (select from event_processing_log as log where log.event_id = looked.event_id and log.status <> 'finished')
          and not exists (select from event_outbox as pointer where pointer.event_id = looked.event_id)
          and not exists (select from event_schedule as waiting where waiting.event_id = looked.event_id)
          and not exists (select from event_straggler as sent where sent.event_id = looked.event_id)
          and not exists (select from event_run_straggler as sent where sent.event_id = looked.event_id)
          and not exists (select from event_dead_letter as dead where dead.event_id = looked.event_id and dead.resolved_at is null))
      returning 1
    )
    select count(*)::int as looked, max(position) as last, (select count(*)::int from gone) as gone from looked`,
};

/**
 * Removes events from the history once each of their handlers has finished: for systems that keep no history. What is unfinished, waits or
 * is dead stays, and so does whatever a relay has not sent. Any number may run. An event that is gone can neither be replayed nor traced; one that is
 * being replayed stays until that has ended.
 *
 * @param deps.database with the outbox' and the history's rows.
 */
export function startForgetting(
  deps: { readonly database: Database; readonly log: Log },
  { intervalMs = 5_000 }: ForgetOptions = {},
): { stop(): Promise<void> } {
  const { database, log } = deps;
  let position = 0;
  let stopping = false;

  async function pass(): Promise<void> {
    for (let batch = 0; batch < BATCHES && !stopping; batch += 1) {
      const { rows } = await queryByIndex<{ looked: number; last: number | null }>(
        database.pool,
        { ...FORGET, values: [position] },
        WHILE_NONE_IS_REPLAYED,
      );
      const [{ looked, last } = { looked: 0, last: null }] = rows;
      // At the end it begins anew with those that were unfinished.
      position = looked === BATCH && last !== null ? Number(last) : 0;
      if (position === 0) return;
    }
  }

  const pulse = createPulse({
    run: async () => {
      await pass().catch((error) => log.warn({ err: error }, 'finished events could not be removed; trying again'));
      return intervalMs;
    },
  });
  return {
    stop() {
      stopping = true;
      return pulse.stop();
    },
  };
}
