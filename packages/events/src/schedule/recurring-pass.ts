import type { Database } from '@skelly/db';
import { describeError } from '@skelly/types/errors';
import type { Committed } from '../hints/notifier';
import { newId } from '../ids';
import { createUnitBuffer } from '../unit-of-work/buffer';
import { type NamedStatement, transpose } from '../unit-of-work/round-trip';
import { type DueTicks, type MissedTicks, ticksDue } from './cron';
import { type FireDependencies, type Firing, fireTimer } from './fire';
import { buryTimers, type DeadTimer, type Decision, promote } from './promotion';
import { POSTPONE_MS } from './timer-pass';

/** Schedules looked at by one transaction at most; the rest follow at once. */
export const RECURRING_LIMIT = 100;

// The row lock makes a tick fire once: whoever comes later finds the next one pending.
const CLAIM = {
  name: 'recurring-claim',
  text: `
    select key, envelope, cron, time_zone as "timeZone", missed, occurs_at as pending, clock_timestamp() as now
    from event_schedule where due_at <= now() and kind = 'recurring' order by due_at limit $1 for update skip locked`,
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
}

interface Outcome {
  readonly claimed: number;
  readonly fired: number;
  readonly postponed: readonly { readonly key: string; readonly why: string }[];
  readonly dead: readonly DeadTimer[];
}

/**
 * Fires the ticks that have come, and sets each schedule to its next one, in one transaction.
 *
 * @param options.refuse ends the schedules instead, as dead letters with this as the error.
 */
export function promoteRecurring(
  deps: FireDependencies & { readonly database: Database },
  { limit = RECURRING_LIMIT, refuse }: { limit?: number; refuse?: string } = {},
): Promise<Outcome & { readonly committed: Committed }> {
  const refused: Firing = { dead: { reason: 'write_failed', error: refuse ?? '', type: null } };
  return promote<DueRecurring, Outcome>(deps.database, {
    claim: { ...CLAIM, values: [limit] },
    decide: (due) =>
      decide(due, (schedule) =>
        refuse === undefined ? fireTicks(deps, schedule) : { firings: [refused], next: null },
      ),
  });
}

function decide(
  due: readonly DueRecurring[],
  fire: (schedule: DueRecurring) => { firings: readonly Firing[]; next: Date | null },
): Decision<Outcome> {
  const writes = createUnitBuffer();
  const moved: { key: string; dueAt: Date; occursAt: Date; why: string | null }[] = [];
  const ended: string[] = [];
  const dead: DeadTimer[] = [];
  for (const schedule of due) {
    const { key, now, pending } = schedule;
    const { firings, next } = fire(schedule);
    const failed = firings.find((firing) => !('event' in firing));
    if (failed && 'postponed' in failed) {
      const dueAt = new Date(now.getTime() + POSTPONE_MS);
      moved.push({ key, dueAt, occursAt: pending, why: failed.postponed });
      continue;
    }
    if (failed && 'dead' in failed) dead.push({ ...schedule, ...failed.dead });
    else for (const firing of firings) if ('event' in firing) writes.add(firing);
    if (failed || !next) ended.push(key);
    else moved.push({ key, dueAt: next, occursAt: next, why: null });
  }
  const statements: NamedStatement[] = [];
  if (moved.length > 0) {
    const columns = moved.map(({ key, dueAt, occursAt, why }) => [key, dueAt, occursAt, why]);
    statements.push({ ...MOVE, values: transpose(columns) });
  }
  if (ended.length > 0) statements.push({ ...END, values: [ended] });
  return {
    writes,
    statements: [...statements, ...buryTimers(dead)],
    outcome: {
      claimed: due.length,
      fired: writes.events.length,
      postponed: moved.flatMap(({ key, why }) => (why === null ? [] : [{ key, why }])),
      dead,
    },
  };
}

/** What each tick that fires now becomes: an event of its own, on behalf of the system. */
function fireTicks(deps: FireDependencies, schedule: DueRecurring): { firings: readonly Firing[]; next: Date | null } {
  const { key, envelope, now, pending } = schedule;
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
    // The grace of an unknown contract counts from the first tick that waits.
    return fireTimer(deps, { key, envelope: about, occursAt: tick, lateMs: now.getTime() - pending.getTime() });
  });
  return { firings, next: ticks.next };
}
