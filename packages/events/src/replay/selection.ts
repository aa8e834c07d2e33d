import { type Database, listPartitions } from '@skelly/db';
import { EventError } from '../errors';

/** Which events are meant. All that is said must be true of one, and something must be said: see {@link conditionOf}. */
export interface ReplaySelection {
  readonly ids?: readonly string[] | undefined;
  readonly type?: string | undefined;
  readonly subject?: string | undefined;
  readonly correlation?: string | undefined;
  /** From this moment on; by the event's id, so by when it was written. */
  readonly since?: Date | undefined;
  /** Before this moment. */
  readonly until?: Date | undefined;
}

/** What was asked about replays cannot be done. Nothing was changed. */
export class ReplayError extends EventError {}

/** Event ids of one selection at most. */
export const MOST_IDS = 1_000;

/**
 * A condition on `event_history as history` with its parameters, which begin at $1.
 *
 * @throws ReplayError when the selection has no bound, or one that cannot be.
 */
export function conditionOf(selection: ReplaySelection): { readonly where: string; readonly values: unknown[] } {
  const { ids, type, subject, correlation, since, until } = selection;
  if ([ids, type, subject, correlation, since].every((bound) => bound === undefined)) {
    throw new ReplayError(
      'replay_unbounded',
      'Say which events: ids, a type, a subject, a correlation id, or a time from which on. A replay of everything there is must be asked for by its first moment.',
    );
  }
  if (ids && (ids.length === 0 || ids.length > MOST_IDS))
    throw new ReplayError('replay_ids_invalid', `Give 1 to ${MOST_IDS} event ids; got ${ids.length}.`);
  if (since && until && since >= until)
    throw new ReplayError(
      'replay_time_invalid',
      `Nothing lies from ${since.toISOString()} to before ${until.toISOString()}: the first must be the earlier one.`,
    );
  const conditions: string[] = [];
  const values: unknown[] = [];
  const add = (value: unknown, condition: (parameter: string) => string) => {
    if (value === undefined) return;
    values.push(value);
    conditions.push(condition(`$${values.length}`));
  };
  add(ids, (parameter) => `history.event_id = any (${parameter}::uuid[])`);
  add(type, (parameter) => `history.type = ${parameter}`);
  add(subject, (parameter) => `history.subject = ${parameter}`);
  add(correlation, (parameter) => `history.correlation_id = ${parameter}`);
  add(since, (parameter) => `history.event_id >= uuid_floor(${parameter})`);
  add(until, (parameter) => `history.event_id < uuid_floor(${parameter})`);
  return { where: conditions.join(' and '), values };
}

/** A selection as JSON has it, read back. */
export function selectionFromJson(json: Readonly<Record<string, unknown>>): ReplaySelection {
  const { since, until, ...rest } = json as ReplaySelection & { since?: string; until?: string };
  return {
    ...rest,
    ...(since === undefined ? {} : { since: new Date(since) }),
    ...(until === undefined ? {} : { until: new Date(until) }),
  };
}

/** Those of the ids that the log has not. */
export async function findMissing({ pool }: Database, ids: readonly string[]): Promise<readonly string[]> {
  const { rows } = await pool.query<{ id: string }>(
    'select id from unnest($1::uuid[]) as id where not exists (select from event_history where event_id = id)',
    [ids],
  );
  return rows.map(({ id }) => id);
}

/** The position up to which the log has been drawn: what comes later is not meant by a replay that begins now. */
export async function readHead({ pool }: Database): Promise<number> {
  const { rows } = await pool.query<{ head: number }>(
    'select case when is_called then last_value else 0 end as head from event_position',
  );
  return rows[0]?.head ?? 0;
}

/** The moment from which on the inbox has weeks: whether an older event has run is not known any more, so it cannot run again. */
export async function readInboxStart({ pool }: Database): Promise<Date> {
  const client = await pool.connect();
  try {
    const weeks = (await listPartitions(client)).filter(
      ({ parent, state }) => parent === 'event_processing_log' && state === 'attached',
    );
    return new Date(Math.min(...weeks.map(({ from }) => from.getTime())));
  } finally {
    client.release();
  }
}
