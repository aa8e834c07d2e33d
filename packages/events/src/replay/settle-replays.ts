import { type Database, LIVE_RUN } from '@skelly/db';
import { lookAtOpen } from './replay-ledger';
import { ReplayError } from './selection';

/** Replays of one pass. */
const AT_ONCE = 20;
/** Before all of them. */
const NONE = '00000000-0000-0000-0000-000000000000';

// In turn, from the one behind the last that was looked at: those that do not end keep no other from it.
const UNSETTLED = `
  select id, again from replay_run where state = 'stopped' and why = 'open' and driver is null order by id <= $1, id limit ${AT_ONCE}`;

const SETTLE = `
  update replay_run set state = 'finished', why = null, ended_at = now()
  where id = $1 and state = 'stopped' and driver is null and not exists (select from replay_delivery where replay = $1)`;

/**
 * Makes a pass that brings the sums of replays up to date that have sent everything and whose command did not wait for the last: what was
 * lost meanwhile the reconciler has sent again. One of which nothing is open any more has finished. Each pass looks at 20 of them, and the
 * next goes on behind these. Any number of processes may do so.
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
    const { rows } = await database.pool.query<{ id: string; again: boolean }>(UNSETTLED, [last]);
    for (const { id, again } of rows) {
      last = id;
      await settle(id, again);
    }
  };
}
