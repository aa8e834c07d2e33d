import { type Database, LIVE_RUN } from '@skelly/db';
import { lookAtOpen } from './replay-ledger';
import { ReplayError } from './selection';

/** Replays of one pass, the newest. */
const AT_ONCE = 20;

const UNSETTLED = `
  select id, again from replay_run where state = 'stopped' and why = 'open' and driver is null order by started_at desc limit ${AT_ONCE}`;

const SETTLE = `
  update replay_run set state = 'finished', why = null, ended_at = now()
  where id = $1 and state = 'stopped' and driver is null and not exists (select from replay_delivery where replay = $1)`;

/**
 * Brings the sums of replays up to date that have sent everything and whose command did not wait for the last: what was lost meanwhile the
 * reconciler has sent again. One of which nothing is open any more has finished. Any number of processes may call it.
 *
 * @throws the database's error.
 */
export async function settleReplays(database: Database): Promise<void> {
  const { rows } = await database.pool.query<{ id: string; again: boolean }>(UNSETTLED);
  for (const { id, again } of rows) {
    try {
      await lookAtOpen(database, { replay: id, driver: null, run: again ? id : LIVE_RUN });
    } catch (error) {
      // Somebody has resumed it just now, and counts.
      if (error instanceof ReplayError) continue;
      throw error;
    }
    await database.pool.query(SETTLE, [id]);
  }
}
