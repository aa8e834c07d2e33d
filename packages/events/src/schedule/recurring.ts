import type { EventContract, EventData } from '@skelly/types/event';
import type pg from 'pg';
import { requireName } from '../unit-of-work/emit-options';
import { requireEmittable, validateEventData } from '../unit-of-work/validate';
import { checkRecurrence, type MissedTicks, nextTick, type Recurrence } from './cron';

/** An event that comes again and again. Each is an event of its own, with a new correlation; its `occurredAt` is the tick. */
export interface RecurringSchedule<C extends EventContract = EventContract> extends Recurrence {
  /** Names it among the recurring schedules; 1 to 200 characters. */
  readonly key: string;
  readonly contract: C;
  /** The same at every tick. */
  readonly data: EventData<C>;
  /** @defaultValue latest */
  readonly missed?: MissedTicks;
  /** @defaultValue the contract's */
  readonly subject?: string;
  /** @defaultValue the type's own */
  readonly sourceModule?: string;
}

/** What setting a schedule did. */
export type ScheduleChange = 'created' | 'changed' | 'unchanged';

/** Keys of recurring schedules, apart from those of all else that waits. */
const PREFIX = 'recurring:';

// The pending tick stays, unless ticks come at other times now.
const SET = {
  name: 'recurring-set',
  text: `
    insert into event_schedule as known (key, kind, due_at, occurs_at, envelope, cron, time_zone, missed, declared)
    values ('${PREFIX}' || $1, 'recurring', $2, $2, $3, $4, $5, $6, $7)
    on conflict (key) do update set
      due_at = case when (known.cron, known.time_zone) = ($4, $5) then known.due_at else excluded.due_at end,
      occurs_at = case when (known.cron, known.time_zone) = ($4, $5) then known.occurs_at else excluded.occurs_at end,
      envelope = excluded.envelope, cron = excluded.cron, time_zone = excluded.time_zone, missed = excluded.missed, declared = excluded.declared
    where (known.envelope, known.cron, known.time_zone, known.missed, known.declared)
      is distinct from (excluded.envelope, excluded.cron, excluded.time_zone, excluded.missed, excluded.declared)
    returning xmax = 0 as created`,
};

/**
 * Sets a recurring schedule; one of its key is changed into it. The first tick is the next one by the database's clock.
 *
 * @param options.declared whether it stands in the list that the deploy step registers.
 * @param options.maxPayloadBytes of the data. @defaultValue 1 MiB
 * @throws EventDataError, EmitError when it cannot be; nothing was written.
 */
export async function setRecurring<C extends EventContract>(
  client: pg.Pool | pg.ClientBase,
  schedule: RecurringSchedule<C>,
  { declared, maxPayloadBytes }: { declared: boolean; maxPayloadBytes?: number | undefined },
): Promise<ScheduleChange> {
  const { key, contract, cron, timeZone, missed = 'latest' } = schedule;
  const { type, version } = contract;
  requireEmittable(contract);
  requireName(type, 'key', key);
  const { data } = validateEventData(contract, schedule.data, maxPayloadBytes);
  const { sourceModule = type.slice(0, type.indexOf(':')), subject = contract.subject(data) } = schedule;
  requireName(type, 'subject', subject);
  requireName(type, 'sourceModule', sourceModule);
  const { rows } = await client.query<{ now: Date }>('select clock_timestamp() as now');
  const { now } = rows[0] as { now: Date };
  checkRecurrence(key, { cron, timeZone }, now);
  const envelope = JSON.stringify({ type, version, sourceModule, subject, data });
  const values = [key, nextTick({ cron, timeZone }, now), envelope, cron, timeZone, missed, declared];
  const set = await client.query<{ created: boolean }>({ ...SET, values });
  if (set.rows.length === 0) return 'unchanged';
  return set.rows[0]?.created ? 'created' : 'changed';
}

/** Ends a recurring schedule. @returns false when there is none of that key. */
export async function cancelRecurring(client: pg.Pool | pg.ClientBase, key: string): Promise<boolean> {
  const { rowCount } = await client.query(
    `delete from event_schedule where key = '${PREFIX}' || $1 and kind = 'recurring'`,
    [key],
  );
  return rowCount === 1;
}

/** A recurring schedule as it stands. */
export interface RecurringState extends Recurrence {
  readonly key: string;
  readonly type: string;
  readonly missed: MissedTicks;
  readonly nextAt: Date;
}

/** Every recurring schedule, by key. */
export async function listRecurring(client: pg.Pool | pg.ClientBase): Promise<readonly RecurringState[]> {
  const { rows } = await client.query<RecurringState>(`
    select substr(key, ${PREFIX.length + 1}) as key, envelope->>'type' as type, cron, time_zone as "timeZone", missed, occurs_at as "nextAt"
    from event_schedule where kind = 'recurring' order by key`);
  return rows;
}

/**
 * Makes the schedules of the code known: the deploy step's part. Safe to repeat, and by several at once.
 *
 * @param options.endOthers ends schedules that were registered so and are no longer in the code: for development, where one
 *   version runs. In production one ends by an operator's command, since the version before may still need it.
 * @returns what became of each, and the keys of those that ended.
 */
export async function registerRecurring(
  client: pg.Pool | pg.ClientBase,
  schedules: readonly RecurringSchedule[],
  { endOthers }: { endOthers: boolean },
): Promise<{ readonly set: Readonly<Record<string, ScheduleChange>>; readonly ended: readonly string[] }> {
  const set: Record<string, ScheduleChange> = {};
  for (const schedule of schedules) set[schedule.key] = await setRecurring(client, schedule, { declared: true });
  if (!endOthers) return { set, ended: [] };
  const { rows } = await client.query<{ key: string }>(
    `delete from event_schedule where kind = 'recurring' and declared and key <> all ($1) returning substr(key, ${PREFIX.length + 1}) as key`,
    [schedules.map(({ key }) => `${PREFIX}${key}`)],
  );
  return { set, ended: rows.map(({ key }) => key) };
}
