import type { Database } from '@skelly/db';
import { describeError } from '@skelly/types/errors';
import type { Committed } from '../hints/notifier';
import { newId } from '../ids';
import { columnParameters } from '../unit-of-work/array-parameter';
import { createUnitBuffer } from '../unit-of-work/buffer';
import type { NamedStatement } from '../unit-of-work/round-trip';
import { type DueTicks, type MissedTicks, ticksDue } from './cron';
import { type FireDependencies, type Firing, fireTimer } from './fire';
import { buryTimers, type DeadTimer, type Decision, promote } from './promotion';
import { POSTPONE_MS, type Postponed, type Refusal } from './timer-pass';

/** Schedules looked at by one transaction at most; the rest follow at once. */
export const RECURRING_LIMIT = 100;

// The row lock makes a tick fire once: whoever comes later finds the next one pending.
const CLAIM = {
  name: 'recurring-claim',
  text: `
    select key, envelope, cron, time_zone as "timeZone", missed, occurs_at as pending, clock_timestamp() as now, reason
    from event_schedule where due_at <= now() and kind = 'recurring' order by due_at limit $1 for update skip locked`,
};

const CLAIM_ONE = {
  name: 'recurring-claim-one',
  text: `
    select key, envelope, cron, time_zone as "timeZone", missed, occurs_at as pending, clock_timestamp() as now, reason
    from event_schedule where key = $1 and due_at <= now() and kind = 'recurring' for update skip locked`,
};

const MOVE = {
  name: 'recurring-move',
  text: `
    update event_schedule as known set due_at = given.due_at, occurs_at = given.occurs_at, reason = given.reason
    from unnest($1::text[], $2::timestamptz[], $3::timestamptz[], $4::text[]) as given (key, due_at, occurs_at, reason)
    where known.key = given.key`,
};

const END = { name: 'recurring-end', text: 'delete from event_schedule where key = any ($1)' };

/** A recurring schedule whose pending tick has come. */
export interface DueRecurring {
  readonly key: string;
  readonly envelope: Record<string, unknown>;
  readonly cron: string;
  readonly timeZone: string;
  readonly missed: MissedTicks;
  readonly pending: Date;
  /** By the database's clock. */
  readonly now: Date;
  /** Why it was postponed; null when it was not. */
  readonly reason: string | null;
}

interface Outcome {
  readonly claimed: number;
  readonly fired: number;
  readonly postponed: readonly Postponed[];
  readonly dead: readonly DeadTimer[];
}

/** What one transaction did. */
export type RecurringPass = Outcome & { readonly committed: Committed; readonly types: readonly string[] };

/**
 * Fires the ticks that have come, and sets each schedule to its next one, in one transaction.
 *
 * @throws ClaimRefused with the keys of those that could not be written.
 */
export function promoteRecurring(
  deps: Pick<FireDependencies, 'findContract'> & { readonly database: Database },
  { limit }: { limit: number },
): Promise<RecurringPass> {
  return promote<DueRecurring, Outcome>(deps.database, {
    claim: { ...CLAIM, values: [limit] },
    decide: (due) => decide(due, (schedule) => fireTicks(deps, schedule)),
  });
}

/** Ends a schedule whose ticks Postgres does not take, as a dead letter; nothing where it is gone or moved meanwhile. */
export function refuseRecurring(database: Database, { key, error }: Refusal): Promise<RecurringPass> {
  const refused: Firing = { dead: { reason: 'write_failed', error, type: null } };
  return promote<DueRecurring, Outcome>(database, {
    claim: { ...CLAIM_ONE, values: [key] },
    decide: (due) => decide(due, () => ({ firings: [refused], next: null })),
  });
}

function decide(
  due: readonly DueRecurring[],
  fire: (schedule: DueRecurring) => { firings: readonly Firing[]; next: Date | null },
): Decision<Outcome> {
  const writes = createUnitBuffer();
  const moved: { key: string; dueAt: Date; occursAt: Date; why: string | null }[] = [];
  const postponed: Postponed[] = [];
  const ended: string[] = [];
  const dead: DeadTimer[] = [];
  for (const schedule of due) {
    const { key, now, pending } = schedule;
    const { firings, next } = fire(schedule);
    const failed = firings.find((firing) => !('event' in firing));
    if (failed && 'postponed' in failed) {
      const dueAt = new Date(now.getTime() + POSTPONE_MS);
      moved.push({ key, dueAt, occursAt: pending, why: failed.postponed });
      postponed.push({ key, why: failed.postponed, first: schedule.reason === null });
      continue;
    }
    if (failed && 'dead' in failed) dead.push({ ...schedule, ...failed.dead });
    else for (const firing of firings) if ('event' in firing) writes.add(firing);
    if (failed || !next) ended.push(key);
    else moved.push({ key, dueAt: next, occursAt: next, why: null });
  }
  const statements: NamedStatement[] = [];
  if (moved.length > 0) {
    const rows = moved.map(({ key, dueAt, occursAt, why }) => [key, dueAt, occursAt, why]);
    statements.push({ ...MOVE, values: columnParameters(['text', 'timestamptz', 'timestamptz', 'text'], rows) });
  }
  if (ended.length > 0) statements.push({ ...END, values: [ended] });
  return {
    writes,
    statements: [...statements, ...buryTimers(dead)],
    outcome: {
      claimed: due.length,
      fired: writes.events.length,
      postponed,
      dead,
    },
  };
}

/** What each tick that fires now becomes: an event of its own, on behalf of the system. */
function fireTicks(
  deps: Pick<FireDependencies, 'findContract'>,
  schedule: DueRecurring,
): { firings: readonly Firing[]; next: Date | null } {
  const { key, envelope } = schedule;
  let ticks: DueTicks;
  try {
    ticks = ticksDue(schedule, schedule);
  } catch (error) {
    const { message } = describeError(error);
    return { firings: [{ dead: { reason: 'cron_invalid', error: message, type: null } }], next: null };
  }
  const firings = ticks.fire.map((tick) => {
    const context = { actor: 'system', correlationId: newId(), causationId: null, traceparent: null };
    const about = { ...envelope, ...context, idempotencyKey: `${key} ${tick.toISOString()}` };
    // It waits for its contract for ever: given up, it would be gone for good.
    return fireTimer(
      { ...deps, unknownGraceMs: Number.POSITIVE_INFINITY },
      { key, envelope: about, occursAt: tick, unknownMs: null },
    );
  });
  return { firings, next: ticks.next };
}
