import type { Database } from '@skelly/db';
import type { Committed } from '../hints/notifier';
import { createUnitBuffer } from '../unit-of-work/buffer';
import { type NamedStatement, queryTogether, transpose } from '../unit-of-work/round-trip';
import { finalWrites } from '../unit-of-work/write';
import { type DueTimer, type FireDependencies, type Firing, fireTimer } from './fire';

/** Rows promoted by one transaction at most; the rest follow at once. */
export const PROMOTE_LIMIT = 1_000;

/** Milliseconds until a timer that this relay does not know is looked at again. */
const POSTPONE_MS = 5_000;

// One statement: a row is in the schedule or in the outbox, never in both or neither.
const PROMOTE_POINTERS = {
  name: 'schedule-promote',
  text: `
    with due as (
      delete from event_schedule where key = any (array(
        select key from event_schedule where due_at <= now() and due_at >= $1 and kind in ('retry', 'parked')
        order by due_at limit ${PROMOTE_LIMIT} for update skip locked
      ))
      returning event_id, handler, queue, run
    )
    insert into event_outbox (event_id, handler, queue, run) select event_id, handler, queue, run from due`,
};

const LOOK_AHEAD = {
  name: 'schedule-look-ahead',
  text: `
    select now, extract(epoch from pointer - now)::float8 * 1000 as "pointerInMs", extract(epoch from timer - now)::float8 * 1000 as "timerInMs"
    from (select clock_timestamp() as now,
            (select min(due_at) from event_schedule where kind in ('retry', 'parked') and due_at >= $1) as pointer,
            (select min(due_at) from event_schedule where kind = 'timer' and due_at >= $1) as timer) as ahead`,
};

// The transaction is short, and should its process die, ends by itself.
const BEGIN: readonly NamedStatement[] = [
  { name: 'begin', text: 'begin' },
  {
    name: 'promote-bounds',
    text: `select set_config('statement_timeout', '15000', true), set_config('lock_timeout', '5000', true), set_config('idle_in_transaction_session_timeout', '5000', true)`,
  },
];

const CLAIM_TIMERS = {
  name: 'timers-claim',
  text: `
    delete from event_schedule where key = any (array(
      select key from event_schedule where due_at <= now() and due_at >= $1 and kind = 'timer'
      order by due_at limit $2 for update skip locked
    ))
    returning key, envelope, occurs_at as "occursAt", extract(epoch from now() - occurs_at)::float8 * 1000 as "lateMs"`,
};

const POSTPONE = {
  name: 'timers-postpone',
  text: `
    insert into event_schedule (key, kind, due_at, occurs_at, envelope, reason)
    select key, 'timer', now() + make_interval(secs => ${POSTPONE_MS / 1_000}), occurs_at, envelope, reason
    from unnest($1::text[], $2::timestamptz[], $3::jsonb[], $4::text[]) as given (key, occurs_at, envelope, reason)`,
};

const BURY = {
  name: 'timers-bury',
  text: `
    insert into event_dead_letter (message_id, body, type, reason, error)
    select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[])`,
};

/** When the schedule has to be looked at again; undefined where nothing waits. */
export interface LookAhead {
  /** By the database's clock. */
  readonly now: Date;
  readonly pointerInMs: number | null;
  readonly timerInMs: number | null;
}

/** Asks what is due next, from `since` on, in milliseconds; 0 or less is due now. */
export async function lookAhead(database: Database, since: Date): Promise<LookAhead> {
  const { rows } = await database.pool.query<LookAhead>({ ...LOOK_AHEAD, values: [since] });
  return rows[0] as LookAhead;
}

/** Moves pointers that are due since `since`, by the database's clock, into the outbox. @returns how many; at the limit there may be more. */
export async function promotePointers(database: Database, since: Date): Promise<number> {
  return (await database.pool.query({ ...PROMOTE_POINTERS, values: [since] })).rowCount ?? 0;
}

/** What one transaction did with timers. */
export interface TimerPass {
  readonly claimed: number;
  readonly fired: number;
  readonly postponed: readonly { readonly key: string; readonly why: string }[];
  readonly dead: readonly { readonly key: string; readonly reason: string; readonly error: string }[];
  readonly committed: Committed;
}

/**
 * Promotes timers that are due since `since`, in one transaction: claim, event, pointer, pushes. Several relays take different
 * ones; if it ends half way, all of them are as they were.
 *
 * @param options.refuse makes all of them dead letters instead, with this as the error.
 */
export async function promoteTimers(
  deps: FireDependencies & { readonly database: Database },
  { since, limit, refuse }: { since: Date; limit: number; refuse?: string },
): Promise<TimerPass> {
  const client = await deps.database.pool.connect();
  let broken: Error | undefined;
  try {
    const claim = await queryTogether(client, [...BEGIN, { ...CLAIM_TIMERS, values: [since, limit] }]);
    const timers = ((claim.at(-1)?.rows ?? []) as DueTimer[]).sort((a, b) => b.lateMs - a.lateMs);
    const pass = decide(timers, (timer) => (refuse === undefined ? fireTimer(deps, timer) : refused(refuse)));
    const { statements, readCommitted } = finalWrites(pass.buffer);
    const results = await queryTogether(client, [
      ...statements,
      ...pass.statements,
      { name: 'commit', text: 'commit' },
    ]);
    return { ...pass.outcome, committed: readCommitted(results) };
  } catch (error) {
    await client.query('rollback').catch((failure: Error) => {
      broken = failure;
    });
    throw error;
  } finally {
    client.release(broken);
  }
}

function refused(error: string): Firing {
  return { dead: { reason: 'write_failed', error, type: null } };
}

function decide(timers: readonly DueTimer[], fire: (timer: DueTimer) => Firing) {
  const buffer = createUnitBuffer();
  const postponed: { timer: DueTimer; why: string }[] = [];
  const dead: { timer: DueTimer; reason: string; error: string; type: string | null }[] = [];
  for (const timer of timers) {
    const firing = fire(timer);
    if ('event' in firing) buffer.add(firing);
    else if ('dead' in firing) dead.push({ timer, ...firing.dead });
    else postponed.push({ timer, why: firing.postponed });
  }
  const statements: NamedStatement[] = [];
  if (postponed.length > 0) {
    const columns = postponed.map(({ timer, why }) => [timer.key, timer.occursAt, timer.envelope, why]);
    statements.push({ ...POSTPONE, values: transpose(columns) });
  }
  if (dead.length > 0) {
    const columns = dead.map(({ timer, type, reason, error }) => [timer.key, timer.envelope, type, reason, error]);
    statements.push({ ...BURY, values: transpose(columns) });
  }
  const outcome = {
    claimed: timers.length,
    fired: buffer.events.length,
    postponed: postponed.map(({ timer, why }) => ({ key: timer.key, why })),
    dead: dead.map(({ timer, reason, error }) => ({ key: timer.key, reason, error })),
  };
  return { buffer, statements, outcome };
}
