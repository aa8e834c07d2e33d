import { type Database, LIVE_RUN } from '@skelly/db';
import type { EventContract } from '@skelly/types/event';
import type { Notifier } from '../hints/notifier';
import { newId } from '../ids';
import { runPaced } from '../paced-run';
import { type Candidate, type ReplayPlan, readCandidates } from './candidates';
import { decideStep, lineOf, MOST_OPEN } from './decide-step';
import { planReplay } from './plan';
import { endDrive, lookAtOpen, type OpenDelivery, type ReplayDriver, sendAgain, sendStep } from './replay-ledger';
import { type ReplayRun, showReplay } from './replay-run';
import { ReplayError } from './selection';

export interface ReplayDependencies {
  readonly database: Database;
  readonly notifier: Notifier;
  readonly findContract: (type: string) => EventContract | undefined;
}

export interface DriveOptions {
  /** Milliseconds to wait, after the last one was sent, for what becomes of them. @defaultValue 30000 */
  readonly settleMs?: number | undefined;
  /** Stops it in an orderly way; another drive goes on. */
  readonly signal?: AbortSignal | undefined;
  /** Told after each look, about once a second. */
  readonly onProgress?: ((progress: Pick<ReplayRun, 'sent' | 'finished' | 'failed' | 'open'>) => void) | undefined;
}

/** Events of one read. */
const PAGE = 500;

/**
 * Sends what a replay is about from where it stands, slowly at first, stops when a tenth fails, and waits for what becomes of them. Where
 * order counts, the next event of a subject is sent when the one before it has ended. A replay that was interrupted, or whose command was killed,
 * is gone on with by another call: nothing is left out, nothing is done twice, and its sums are exact.
 *
 * @returns how it stands then.
 * @throws ReplayError when there is no such replay, it has finished, somebody else takes it over meanwhile, or nothing was heard of this call
 * for two minutes.
 */
export async function driveReplay(
  deps: ReplayDependencies,
  id: string,
  { settleMs = 30_000, signal, onProgress }: DriveOptions = {},
): Promise<ReplayRun> {
  const { database } = deps;
  const { replay, driver, plan } = await takeOver(database, id);
  const { again, perSecond } = replay;
  const passedBy: Record<string, number> = { ...replay.passedBy };
  const open = await readOpen(database, id);
  const counts = { sent: replay.sent, finished: replay.finished, failed: replay.failed };
  const begun = { ...counts, open: open.size };
  /** Read and not yet sent or passed by. */
  let next: readonly Candidate[] = [];
  let after = replay.position;
  let isRead = false;

  if (open.size > 0) {
    await sendAgain(database, driver);
    deps.notifier.committed({ frames: [], pointed: true });
  }

  async function send(share: number): Promise<{ sent: number; more: boolean }> {
    if (open.size >= MOST_OPEN) return { sent: 0, more: true };
    while (!signal?.aborted) {
      if (next.length === 0) {
        next = isRead ? [] : await readCandidates(database, plan, { after, events: PAGE });
        isRead ||= new Set(next.map(({ position }) => position)).size < PAGE;
        if (next.length === 0) return { sent: 0, more: false };
      }
      const step = decideStep(next, {
        share,
        state: again ? 'finished' : 'open',
        underWay: new Set([...open.values()].map(lineOf)),
        isOrdered: (type) => deps.findContract(type)?.ordered ?? false,
      });
      const { upTo } = step;
      if (upTo === undefined) return { sent: 0, more: true };
      for (const [why, count] of Object.entries(step.passedBy)) passedBy[why] = (passedBy[why] ?? 0) + count;
      const sent = await sendStep(database, driver, step, passedBy);
      const gone = step.send.length - sent.length;
      if (gone > 0) passedBy.gone = (passedBy.gone ?? 0) + gone;
      for (const delivery of sent) open.set(keyOf(delivery), delivery);
      counts.sent += sent.length;
      after = upTo;
      next = next.filter(({ position }) => position > upTo);
      if (sent.length === 0) continue;
      deps.notifier.committed({ frames: [], pointed: true });
      return { sent: sent.length, more: next.length > 0 || !isRead };
    }
    return { sent: 0, more: true };
  }

  async function look() {
    const { finished, dead, failing } = await lookAtOpen(database, driver);
    for (const delivery of [...finished, ...dead]) open.delete(keyOf(delivery));
    counts.finished += finished.length;
    counts.failed += dead.length;
    onProgress?.({ ...counts, open: open.size });
    return {
      sent: counts.sent - begun.sent + begun.open,
      finished: counts.finished - begun.finished,
      failing: counts.failed - begun.failed + failing,
    };
  }

  const stopped = await runPaced({ send, look }, { perSecond, settleMs, signal });
  await endDrive(database, driver, decideEnd(stopped, open.size));
  return showReplay(database, id);
}

/** How a drive ends: `null` when nothing is left to do. */
function decideEnd(stopped: 'failures' | 'aborted' | null, open: number): ReplayRun['why'] {
  if (stopped === 'aborted') return 'interrupted';
  return stopped ?? (open > 0 ? 'open' : null);
}

async function takeOver(
  database: Database,
  id: string,
): Promise<{ replay: ReplayRun; driver: ReplayDriver; plan: ReplayPlan }> {
  const driver = newId();
  const { rowCount } = await database.pool.query(
    `update replay_run set driver = $2, state = 'running', why = null, ended_at = null, seen_at = now() where id = $1 and state <> 'finished'`,
    [id, driver],
  );
  const replay = await showReplay(database, id);
  if (rowCount === 0)
    throw new ReplayError(
      'replay_finished',
      `Replay ${id} has finished: nothing is left to do. Another one is begun anew.`,
    );
  const { selection, handlers, upTo, again } = replay;
  const plan = await planReplay(database, { selection, handlers, upTo });
  return { replay, driver: { replay: id, driver, run: again ? id : LIVE_RUN }, plan };
}

async function readOpen({ pool }: Database, replay: string): Promise<Map<string, OpenDelivery>> {
  const { rows } = await pool.query<OpenDelivery>(
    'select event_id as "eventId", handler, subject from replay_delivery where replay = $1',
    [replay],
  );
  return new Map(rows.map((delivery) => [keyOf(delivery), delivery]));
}

function keyOf({ eventId, handler }: OpenDelivery): string {
  return `${eventId} ${handler}`;
}
