import type { Database } from '@skelly/db';
import { conditionOf, DeadLetterError, type DeadLetterSelection, FINGERPRINT } from './selection';

/** Dead letters of one cause: one handler, one reason, one error but for its ids and numbers. */
export interface DeadLetterGroup {
  readonly fingerprint: string;
  readonly handler: string | null;
  readonly reason: string;
  /** Of the newest. */
  readonly error: string;
  /** Event types. */
  readonly types: readonly string[];
  readonly count: number;
  readonly firstFailedAt: Date;
  readonly lastFailedAt: Date;
  /** The highest number among them. */
  readonly newestId: number;
}

/** One thing that could not be done: an event for a handler, or a message as it was received. */
export interface DeadLetter {
  readonly id: number;
  readonly fingerprint: string;
  readonly eventId: string | null;
  readonly type: string | null;
  readonly handler: string | null;
  readonly queue: string | null;
  readonly run: string | null;
  readonly reason: string;
  readonly error: string;
  readonly attempts: number;
  readonly failedAt: Date;
}

/** A try that failed. */
export interface FailedAttempt {
  readonly attempt: number;
  readonly errorName: string;
  readonly errorMessage: string;
  readonly startedAt: Date;
  readonly failedAt: Date;
}

export interface DeadLetterDetail extends DeadLetter {
  readonly stack: string | null;
  /** A message that could not be read, as it came. */
  readonly body: string | null;
  /** The event as history has it; null when it has none. */
  readonly event: {
    readonly version: number;
    readonly subject: string;
    readonly actor: string;
    readonly correlationId: string;
    readonly occurredAt: Date;
    readonly data: Record<string, unknown>;
  } | null;
  /** What the handler is given in its place, since an operator edited it. */
  readonly correction: {
    readonly version: number;
    readonly data: Record<string, unknown>;
    readonly actor: string;
    readonly note: string;
    readonly createdAt: Date;
  } | null;
  readonly history: readonly FailedAttempt[];
  readonly resolution: 'retried' | 'edited' | 'discarded' | 'finished' | null;
  readonly resolvedAt: Date | null;
  readonly resolvedBy: string | null;
  readonly note: string | null;
}

/** Groups or letters of one answer at most. */
const MOST = 1_000;

const LETTER = `dead.id, ${FINGERPRINT} as fingerprint, dead.event_id as "eventId", dead.type, dead.handler, dead.queue, dead.run, dead.reason, dead.error,
  dead.attempts, dead.failed_at as "failedAt"`;

/** Causes with their counts as they are kept: no letter is looked at but the first and the last of each. */
const KEPT = `counted as (
    select fingerprint, sum(count)::int as count, coalesce(array_agg(type order by type) filter (where type <> ''), '{}') as types
    from (
      select fingerprint, type, sum(count) as count from dead_letter_count
      where $1::bigint[] is null and $5::bigint is null and ($2::text is null or fingerprint = $2) and ($3::text is null or handler = $3) and ($4::text is null or type = $4)
      group by fingerprint, type having sum(count) > 0
    ) as kept
    group by fingerprint order by 2 desc, 1 limit ${MOST}
  ), ends as (
    select fingerprint, count, types,
      (select dead.id from event_dead_letter as dead where dead.resolved_at is null and ${FINGERPRINT} = counted.fingerprint
         and ($4::text is null or dead.type = $4) order by dead.id limit 1) as oldest,
      (select dead.id from event_dead_letter as dead where dead.resolved_at is null and ${FINGERPRINT} = counted.fingerprint
         and ($4::text is null or dead.type = $4) order by dead.id desc limit 1) as newest
    from counted
  )`;

/** Causes of letters that are named one by one, or up to one: they are counted now. */
const countNow = (where: string) => `ends as (
    select ${FINGERPRINT} as fingerprint, count(*)::int as count, min(dead.id) as oldest, max(dead.id) as newest,
      coalesce(array_agg(distinct dead.type order by dead.type) filter (where dead.type is not null), '{}') as types
    from event_dead_letter as dead where ${where} group by 1
  )`;

/** Open dead letters by cause, the largest group first; a thousand groups at most. */
export async function groupDeadLetters(
  database: Database,
  selection: DeadLetterSelection = { all: true },
): Promise<readonly DeadLetterGroup[]> {
  const { where, values } = conditionOf(selection);
  const isKept = selection.ids === undefined && selection.upTo === undefined;
  const { rows } = await database.pool.query<DeadLetterGroup>(
    `with ${isKept ? KEPT : countNow(where)}
     select ends.fingerprint, newest.handler, newest.reason, newest.error, ends.types, ends.count,
       oldest.failed_at as "firstFailedAt", newest.failed_at as "lastFailedAt", newest.id as "newestId"
     from ends join event_dead_letter as oldest on oldest.id = ends.oldest join event_dead_letter as newest on newest.id = ends.newest
     order by ends.count desc, ends.fingerprint limit ${MOST}`,
    values,
  );
  return rows;
}

/** Open dead letters, oldest first, a thousand at most. @param after the id of the last one of the page before */
export async function listDeadLetters(
  database: Database,
  selection: DeadLetterSelection,
  { limit = 100, after = 0 }: { readonly limit?: number; readonly after?: number } = {},
): Promise<readonly DeadLetter[]> {
  const { where, values } = conditionOf(selection);
  const { rows } = await database.pool.query<DeadLetter>(
    `select ${LETTER} from event_dead_letter as dead where ${where} and dead.id > $6 order by dead.id limit $7`,
    [...values, after, Math.min(limit, MOST)],
  );
  return rows;
}

/**
 * Everything that is known of a dead letter, resolved or not.
 *
 * @throws DeadLetterError when there is none of the id.
 */
export async function showDeadLetter(database: Database, id: number): Promise<DeadLetterDetail> {
  const { rows } = await database.pool.query<DeadLetterDetail>(
    `select ${LETTER}, dead.stack, dead.body, dead.resolution, dead.resolved_at as "resolvedAt", dead.resolved_by as "resolvedBy", dead.note,
       case when history.event_id is not null then json_build_object('version', history.version, 'subject', history.subject,
         'actor', history.actor, 'correlationId', history.correlation_id, 'occurredAt', history.occurred_at, 'data', history.data) end as event,
       case when correction.event_id is not null then json_build_object('version', correction.version, 'data', correction.data,
         'actor', correction.actor, 'note', correction.note, 'createdAt', correction.created_at) end as correction
     from event_dead_letter as dead
     left join event_history as history on history.event_id = dead.event_id
     left join event_correction as correction
       on correction.event_id = dead.event_id and correction.handler = dead.handler and correction.run = dead.run
     where dead.id = $1`,
    [id],
  );
  const [found] = rows;
  if (!found) {
    throw new DeadLetterError(
      'dead_letter_unknown',
      `There is no dead letter ${id}. \`skelly dlq list\` shows what there is.`,
    );
  }
  const { rows: history } = await database.pool.query<FailedAttempt>(
    `select attempt, error_name as "errorName", error_message as "errorMessage", started_at as "startedAt", failed_at as "failedAt"
     from event_attempt where event_id = $1 and handler = $2 and run = $3 order by attempt`,
    [found.eventId, found.handler, found.run],
  );
  const { event, correction } = found;
  return {
    ...found,
    event: event && { ...event, occurredAt: new Date(event.occurredAt) },
    correction: correction && { ...correction, createdAt: new Date(correction.createdAt) },
    history,
  };
}
