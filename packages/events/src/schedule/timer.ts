import type pg from 'pg';
import { z } from 'zod';
import { EmitError } from '../errors';
import { columnParameters } from '../unit-of-work/array-parameter';
import type { WritePart } from '../unit-of-work/parts';
import type { Due } from './due';

/** What a timer keeps of an event that is still to come; its id, its position and its time follow when it is due. */
export const timerEnvelopeSchema = z.object({
  type: z.string(),
  version: z.number(),
  sourceModule: z.string(),
  subject: z.string(),
  data: z.record(z.string(), z.unknown()),
  actor: z.string(),
  correlationId: z.uuid(),
  causationId: z.uuid().nullable(),
  traceparent: z.string().nullable(),
  idempotencyKey: z.string().nullable(),
});
export type TimerEnvelope = z.output<typeof timerEnvelopeSchema>;

/** A timer that waits for its unit of work to end. */
export interface BufferedTimer {
  /** As the caller named it. */
  readonly scheduleKey: string;
  readonly due: Due;
  /** A {@link TimerEnvelope} as JSON text. */
  readonly envelope: string;
}

/** Keys of timers, apart from those of all else that waits. */
export const TIMER_PREFIX = 'timer:';

// A due time is never before the timer was written, so that relays need not look for it in the past.
const DUE = (delayMs: string, atMs: string) =>
  `greatest(clock_timestamp(), coalesce(to_timestamp(${atMs} / 1000), clock_timestamp() + make_interval(secs => ${delayMs} / 1000)))`;

const PLACE = {
  name: 'placed',
  text: `
    insert into event_schedule (key, kind, due_at, occurs_at, envelope)
    select '${TIMER_PREFIX}' || key, 'timer', due, due, envelope
    from (select key, envelope, ${DUE('delay_ms', 'at_ms')} as due
          from unnest($1::text[], $2::float8[], $3::float8[], $4::jsonb[]) as given (key, delay_ms, at_ms, envelope)) as timers
    returning due_at`,
  answer: '(select extract(epoch from min(due_at) - clock_timestamp())::float8 * 1000 from placed) as "dueInMs"',
};

const CANCEL = {
  name: 'timer-cancel',
  text: `delete from event_schedule where key = '${TIMER_PREFIX}' || $1 and kind = 'timer'`,
};

const RESCHEDULE = {
  name: 'timer-reschedule',
  text: `
    update event_schedule set due_at = due, occurs_at = due, reason = null, unknown_since = null
    from (select ${DUE('$2::float8', '$3::float8')} as due) as moved
    where key = '${TIMER_PREFIX}' || $1 and kind = 'timer'
    returning extract(epoch from due_at - clock_timestamp())::float8 * 1000 as "dueInMs"`,
};

/** Writes timers. Fails with a unique violation where one of their keys is open; see {@link keyTaken}. */
export function placeTimers(timers: readonly BufferedTimer[]): WritePart {
  const rows = timers.map(({ scheduleKey, due, envelope }) => [scheduleKey, due.delayMs, due.atMs, envelope]);
  const values = columnParameters(['text', 'float8', 'float8', 'jsonb'], rows);
  return { ...PLACE, values };
}

/** What a unique violation of {@link placeTimers} means. */
export function keyTaken(error: unknown): EmitError {
  const detail = error instanceof Error && 'detail' in error ? String(error.detail) : '';
  const [, key = ''] = /\(key\)=\(timer:(.*)\) already exists/s.exec(detail) ?? [];
  return new EmitError(
    'schedule_key_taken',
    `A timer with the schedule key "${key}" is open. Reschedule it, cancel it first, or take another key.`,
    { cause: error },
  );
}

/** Ends an open timer. @returns false when there is none: it has fired, was cancelled, or never was. */
export async function cancelTimer(client: pg.Pool | pg.ClientBase, scheduleKey: string): Promise<boolean> {
  const { rowCount } = await client.query({ ...CANCEL, values: [scheduleKey] });
  return rowCount === 1;
}

/** Gives an open timer another time. @returns milliseconds until then; undefined when no timer is open. */
export async function moveTimer(
  client: pg.Pool | pg.ClientBase,
  scheduleKey: string,
  { delayMs, atMs }: Due,
): Promise<number | undefined> {
  const { rows } = await client.query<{ dueInMs: number }>({ ...RESCHEDULE, values: [scheduleKey, delayMs, atMs] });
  return rows[0]?.dueInMs;
}
