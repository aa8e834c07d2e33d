import { type Database, LIVE_RUN } from '@skelly/db';
import { lookAtOpen } from './replay-ledger';
import { ReplayError } from './selection';

/** Replays of one pass. */
const AT_ONCE = 20;
/** Before all of them. */
const NONE = '00000000-0000-0000-0000-000000000000';

/** A command looks about once a second, and gives up when a query of its takes 20: one that was silent for so long was killed. */
const SILENT_SECONDS = 120;

// Should the command be there after all, its next step, its next look or its end tells it so.
const RELEASE = `
  update replay_run set state = 'stopped', why = 'interrupted', driver = null, ended_at = seen_at
  where state = 'running' and seen_at < now() - interval '${SILENT_SECONDS} seconds'`;

// In turn, from the one behind the last that was looked at: those that do not end keep no other from it.
const UNSETTLED = `
  select id, again from replay_run as run where state = 'stopped' and driver is null
    and (why = 'open' or exists (select from replay_delivery where replay = run.id))
  order by id <= $1, id limit ${AT_ONCE}`;

// What has sent everything, that is.
const SETTLE = `
  update replay_run set state = 'finished', why = null, ended_at = now()
  where id = $1 and state = 'stopped' and why = 'open' and driver is null and not exists (select from replay_delivery where replay = $1)`;

/**
 * Makes a pass that brings the sums of replays up to date that have no command: because it was killed, has stopped, or did not wait for the
 * last. What was lost meanwhile the reconciler has sent again. One that has sent everything and of which nothing is open any more has
 * finished. Each pass looks at 20 of them, and the next goes on behind these. Any number of processes may do so.
 *
 * @returns the pass; it rejects with the database's error.
 */
export function createReplaySettling(database: Database): () => Promise<void> {
  let last = NONE;

  async function settle(id: string, again: boolean): Promise<void> {
    try {
      await lookAtOpen(database, { replay: id, driver: null, run: again ? id : LIVE_RUN });
    } catch (error) {
      // Somebody has resumed it just now, and counts.
      if (error instanceof ReplayError) return;
      throw error;
    }
    await database.pool.query(SETTLE, [id]);
  }

  return async () => {
    await database.pool.query(RELEASE);
    const { rows } = await database.pool.query<{ id: string; again: boolean }>(UNSETTLED, [last]);
    for (const { id, again } of rows) {
      last = id;
      await settle(id, again);
    }
  };
}
