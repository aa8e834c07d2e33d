import { type Database, type Queries, replayRun } from '@skelly/db';
import { currentEventContext } from '../context';
import { requireNote } from '../dead-letters/resolve';
import { newId } from '../ids';
import { conditionOf, ReplayError, type ReplaySelection, selectionFromJson } from './selection';

/** A replay, as its row tells of it. */
export interface ReplayRun {
  readonly id: string;
  /** Whether what has finished runs again, in the run of this id; otherwise what is unfinished runs, in the ordinary run. */
  readonly again: boolean;
  readonly selection: ReplaySelection;
  readonly handlers: readonly string[];
  /** Only events up to this position: what came later is not meant. */
  readonly upTo: number;
  readonly perSecond: number;
  readonly actor: string;
  readonly note: string | null;
  /** `running` for two minutes more when its command was killed, then `stopped` as `interrupted`, if there is a relay: see `seenAt`. */
  readonly state: 'running' | 'stopped' | 'finished';
  /** Why it stopped: too many failed; somebody ended or killed it; some had not ended when it was no longer waited for. */
  readonly why: 'failures' | 'interrupted' | 'open' | null;
  /** Everything up to this position has been sent or passed by. */
  readonly position: number;
  /** Deliveries that were sent and can end, and of these: finished, dead letters, and neither yet. */
  readonly sent: number;
  readonly finished: number;
  readonly failed: number;
  readonly open: number;
  /** Deliveries that were not sent, by how far their handlers are; and those that were, and whose event or handler is gone since. */
  readonly passedBy: Readonly<Record<string, number>>;
  readonly startedAt: Date;
  /** When its command was last at work, or a relay last counted in its stead. */
  readonly seenAt: Date;
  readonly endedAt: Date | null;
}

/** What is asked for. */
export interface ReplayRequest {
  readonly selection: ReplaySelection;
  /** Ids, from {@link findWays}. */
  readonly handlers: readonly string[];
  readonly again: boolean;
  /** Only events up to this position: the plan's that was shown, so that no more is sent than that. */
  readonly upTo: number;
  /** Deliveries a second at full rate, 1 to 1000. */
  readonly perSecond: number;
  readonly note: string | null;
}

const COLUMNS = `id, again, selection, handlers, up_to as "upTo", per_second as "perSecond", actor, note, state, why, position, sent, finished, failed,
  (select count(*)::int from replay_delivery as open where open.replay = run.id) as open, passed_by as "passedBy",
  started_at as "startedAt", seen_at as "seenAt", ended_at as "endedAt"`;

/**
 * Writes a replay down, without sending anything yet.
 *
 * @param queries of the unit of work in which it is recorded who asked for it; the database's for a transaction of its own.
 * @returns its id.
 * @throws ReplayError when the selection has no bound; DeadLetterError `reason_missing` when there is a note that says nothing or is too long.
 */
export async function createReplay(queries: Pick<Queries, 'insert'>, request: ReplayRequest): Promise<string> {
  const { selection, handlers, again, upTo, perSecond, note } = request;
  conditionOf(selection);
  if (note !== null) requireNote(note);
  const id = newId();
  await queries.insert(replayRun).values({
    id,
    again,
    selection: { ...selection },
    handlers: [...handlers],
    upTo,
    perSecond,
    actor: currentEventContext().actor,
    note,
  });
  return id;
}

/** Replays, newest first. @param limit 1000 at most */
export async function listReplays({ pool }: Database, limit = 20): Promise<readonly ReplayRun[]> {
  const { rows } = await pool.query(
    `select ${COLUMNS} from replay_run as run order by started_at desc, id desc limit $1`,
    [Math.min(limit, 1_000)],
  );
  return rows.map(runOf);
}

/** One replay. @throws ReplayError when there is none of the id */
export async function showReplay({ pool }: Database, id: string): Promise<ReplayRun> {
  const { rows } = await pool.query(`select ${COLUMNS} from replay_run as run where id = $1`, [id]);
  if (!rows[0])
    throw new ReplayError('replay_unknown', `There is no replay ${id}. \`skelly replay list\` shows what there is.`);
  return runOf(rows[0]);
}

function runOf(row: ReplayRun): ReplayRun {
  return { ...row, selection: selectionFromJson(row.selection as Record<string, unknown>) };
}
