import { type Database, LIVE_RUN } from '@skelly/db';
import type { EventContract } from '@skelly/types/event';
import { drizzle } from 'drizzle-orm/node-postgres';
import type pg from 'pg';
import { recordOperatorAction } from '../audit/operator-action';
import { currentEventContext } from '../context';
import { EventDataError } from '../errors';
import type { Notifier } from '../hints/notifier';
import { validateEventData } from '../unit-of-work/validate';
import { conditionOf, DeadLetterError, type DeadLetterSelection } from './selection';
import { showDeadLetter } from './triage';

export interface ResolveDependencies {
  readonly database: Database;
  readonly notifier: Notifier;
}

/** What became of dead letters that were to be sent again. */
export interface Retried {
  /** Those that are on their way. */
  readonly ids: readonly number[];
  /** Those that stay, by why: a message that cannot be read, an event that history has no more, a handler that there is no more. */
  readonly left: Readonly<Record<'unreadable' | 'gone' | 'retired', number>>;
}

/** What stands before the actor in place of the worker of a discarded delivery. */
export const DISCARDED_BY = 'discarded by ';

/** Letters that are changed in one transaction at most. */
export const AT_ONCE = 500;
/** Bytes of corrected data as Postgres writes it: escaped it has three times as many at most, and still travels in its message, whole. */
const MAX_CORRECTION_BYTES = 65_536;
/** Characters of a reason. */
const MAX_NOTE = 2_000;

// A pointer for one handler, as for any other retry. The reconciler is told too: should the message be lost, it sends another.
const RETRY = `
  with chosen as materialized (
    select dead.id, dead.event_id, dead.handler, dead.run, history.type, history.position,
      case when dead.handler is null then 'unreadable' when history.event_id is null then 'gone'
        when route.handler is null then 'retired' end as left
    from event_dead_letter as dead
    left join event_history as history on history.event_id = dead.event_id
    left join event_route as route on route.type = history.type and route.handler = dead.handler and route.retired_at is null
    where dead.id in (select id from event_dead_letter as dead where {where} order by id limit ${AT_ONCE} for update)
  ), closed as (
    update event_dead_letter as dead set resolved_at = clock_timestamp(), resolution = $6, resolved_by = $7, note = $8
    from chosen where dead.id = chosen.id and chosen.left is null returning dead.id
  ), pointed as (
    insert into event_outbox (event_id, handler, run)
    select event_id, handler, run from chosen where chosen.left is null order by position
  ), watched as (
    insert into event_straggler (event_id, handler, type, position)
    select event_id, handler, type, position from chosen where chosen.left is null and run = '${LIVE_RUN}'
    on conflict (event_id, handler) do update set look_at = clock_timestamp() + interval '10 seconds', away_position = null, away_at = null,
      sent_again = 0
  ), watched_run as (
    insert into event_run_straggler (event_id, handler, run, type, position)
    select event_id, handler, run, type, position from chosen where chosen.left is null and run <> '${LIVE_RUN}'
    on conflict (event_id, handler, run) do update set look_at = clock_timestamp() + interval '10 seconds', away_position = null, away_at = null,
      sent_again = 0
  )
  select id, "left" from chosen order by id`;

/**
 * Sends open dead letters to their handlers again, the oldest 500 of the selection; each has all tries of its handler's policy once more.
 * A handler that had finished all the same is not run twice.
 *
 * @throws DeadLetterError when nothing is selected or the note is too long.
 */
export async function retryDeadLetters(
  deps: ResolveDependencies,
  selection: DeadLetterSelection,
  { note = null }: { readonly note?: string | null } = {},
): Promise<Retried> {
  if (note !== null) requireNote(note);
  const retried = await send(deps.database.pool, selection, 'retried', note);
  if (retried.ids.length > 0) deps.notifier.committed({ frames: [], pointed: true });
  return retried;
}

async function send(
  db: Pick<pg.Pool, 'query'> | pg.ClientBase,
  selection: DeadLetterSelection,
  resolution: 'retried' | 'edited',
  note: string | null,
): Promise<Retried> {
  const { where, values } = conditionOf(selection);
  const { rows } = await db.query<{ id: number; left: keyof Retried['left'] | null }>(RETRY.replace('{where}', where), [
    ...values,
    resolution,
    currentEventContext().actor,
    note,
  ]);
  const left = { unreadable: 0, gone: 0, retired: 0 };
  for (const row of rows) if (row.left) left[row.left] += 1;
  return { ids: rows.filter((row) => row.left === null).map(({ id }) => id), left };
}

// For everything else in the backbone a discarded delivery is a finished one: nothing waits for it, nothing sends it again.
const DISCARD = `
  with chosen as materialized (
    select dead.id, dead.event_id, dead.handler, dead.run, dead.queue,
      history.event_id is not null and dead.handler is not null as is_delivery
    from event_dead_letter as dead left join event_history as history on history.event_id = dead.event_id
    where dead.id in (select id from event_dead_letter as dead where {where} order by id limit ${AT_ONCE} for update)
  ), closed as (
    update event_dead_letter as dead set resolved_at = clock_timestamp(), resolution = 'discarded', resolved_by = $6, note = $7
    from chosen where dead.id = chosen.id
  ), finished as (
    insert into event_processing_log (event_id, handler, run, status, queue, attempt, worker, started_at, finished_at)
    select event_id, handler, run, 'finished', coalesce(queue, ''), 0, '${DISCARDED_BY}' || $6, clock_timestamp(), clock_timestamp()
    from chosen where is_delivery
    on conflict (event_id, handler, run) do update set status = 'finished', worker = excluded.worker, finished_at = excluded.finished_at,
      lease_until = null where event_processing_log.status = 'running'
  )
  select id from chosen order by id`;

/**
 * Gives up open dead letters for good, the oldest 500 of the selection: they are kept with the reason, and their handlers never run.
 *
 * @returns their ids.
 * @throws DeadLetterError when nothing is selected, or no reason is given.
 */
export async function discardDeadLetters(
  { database }: Pick<ResolveDependencies, 'database'>,
  selection: DeadLetterSelection,
  { reason }: { readonly reason: string },
): Promise<readonly number[]> {
  requireNote(reason);
  const { where, values } = conditionOf(selection);
  const { rows } = await database.pool.query<{ id: number }>(DISCARD.replace('{where}', where), [
    ...values,
    currentEventContext().actor,
    reason,
  ]);
  return rows.map(({ id }) => id);
}

/**
 * Gives a dead letter's handler other data than the event has, and sends it again. History keeps the original; the correction is for this
 * handler alone, and says who made it, when and why. Recorded among what operators do.
 *
 * @throws DeadLetterError when there is no such open letter, its event or handler is gone, no reason is given, or the data does not
 *   satisfy the contract as it is today. Nothing was changed.
 */
export async function editDeadLetter(
  deps: ResolveDependencies & { readonly findContract: (type: string) => EventContract | undefined },
  id: number,
  { data, reason }: { readonly data: unknown; readonly reason: string },
): Promise<void> {
  requireNote(reason);
  const { eventId, handler, run, type, event, resolution, resolvedAt } = await showDeadLetter(deps.database, id);
  const contract = type === null ? undefined : deps.findContract(type);
  if (resolvedAt)
    throw new DeadLetterError('dead_letter_resolved', `Dead letter ${id} is ${resolution ?? 'finished'} already.`);
  if (!event || eventId === null || handler === null || run === null || !contract) {
    throw new DeadLetterError(
      'dead_letter_unreadable',
      `Dead letter ${id} is no event that a handler could be given again; it can be discarded.`,
    );
  }
  const valid = checkCorrection(id, contract, data);
  if (contract.ordered && contract.subject(valid.data) !== event.subject) {
    throw refusal(
      id,
      `the data is about another subject than ${event.subject}, whose order it is part of; emit a new event instead`,
    );
  }
  const client = await deps.database.pool.connect();
  try {
    await client.query('begin');
    const { rows } = await client.query<{ bytes: number }>(
      `insert into event_correction (event_id, handler, run, version, data, actor, note) values ($1, $2, $3, $4, $5, $6, $7)
       on conflict (event_id, handler, run) do update set version = excluded.version, data = excluded.data, actor = excluded.actor,
         note = excluded.note, created_at = now()
       returning octet_length(data::text) as bytes`,
      [eventId, handler, run, contract.version, valid.json, currentEventContext().actor, reason],
    );
    if ((rows[0]?.bytes ?? 0) > MAX_CORRECTION_BYTES) {
      throw refusal(id, `the data has ${rows[0]?.bytes} bytes, ${MAX_CORRECTION_BYTES} are allowed`);
    }
    const { ids } = await send(client, { ids: [id] }, 'edited', reason);
    if (ids.length === 0) {
      const message = `Dead letter ${id} cannot be sent: its handler is retired, or somebody has resolved it.`;
      throw new DeadLetterError('dead_letter_not_sent', message);
    }
    const detail = { eventId, handler, type };
    await recordOperatorAction(drizzle(client), { action: 'dlq.edit', target: String(id), reason, detail });
    await client.query('commit');
    client.release();
  } catch (error) {
    // Its transaction ends with the connection, whatever state that is in.
    client.release(true);
    throw error;
  }
  deps.notifier.committed({ frames: [], pointed: true });
}

/** @throws DeadLetterError naming each path and what is wrong with it */
function checkCorrection(id: number, contract: EventContract, data: unknown): ReturnType<typeof validateEventData> {
  try {
    return validateEventData(contract, data);
  } catch (error) {
    if (!(error instanceof EventDataError)) throw error;
    throw refusal(id, error.issues.map(({ path, message }) => `${path || '(data)'}: ${message}`).join('; '));
  }
}

function refusal(id: number, why: string): DeadLetterError {
  return new DeadLetterError('correction_invalid', `Dead letter ${id} was not changed: ${why}.`);
}

/** @throws DeadLetterError unless it has 1 to 2,000 characters that say something */
export function requireNote(note: string): void {
  if (note.trim() === '' || note.length > MAX_NOTE) {
    throw new DeadLetterError('reason_missing', `Say why, in 1 to ${MAX_NOTE} characters.`);
  }
}
