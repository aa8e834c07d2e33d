import type { Database } from '@skelly/db';
import type { Committed } from '../hints/notifier';
import { columnParameters } from '../unit-of-work/array-parameter';
import { createUnitBuffer } from '../unit-of-work/buffer';
import type { NamedStatement } from '../unit-of-work/round-trip';
import { type DueTimer, type FireDependencies, type Firing, fireTimer } from './fire';
import { buryTimers, type DeadTimer, type Decision, promote } from './promotion';

/** Milliseconds until a timer that this relay does not know is looked at again. */
export const POSTPONE_MS = 5_000;

const CLAIM = {
  name: 'timers-claim',
  text: `
    delete from event_schedule where key = any (array(
      select key from event_schedule where due_at <= now() and due_at >= $1 and kind = 'timer'
      order by due_at limit $2 for update skip locked
    ))
    returning key, envelope, occurs_at as "occursAt", extract(epoch from now() - occurs_at)::float8 * 1000 as "lateMs",
      unknown_since as "unknownSince", extract(epoch from now() - unknown_since)::float8 * 1000 as "unknownMs"`,
};

const CLAIM_ONE = {
  name: 'timers-claim-one',
  text: `
    delete from event_schedule where key = $1 and due_at <= now() and kind = 'timer'
    returning key, envelope, occurs_at as "occursAt", 0::float8 as "lateMs", unknown_since as "unknownSince", null::float8 as "unknownMs"`,
};

const POSTPONE = {
  name: 'timers-postpone',
  text: `
    insert into event_schedule (key, kind, due_at, occurs_at, envelope, reason, unknown_since)
    select key, 'timer', now() + make_interval(secs => ${POSTPONE_MS / 1_000}), occurs_at, envelope, reason, coalesce(unknown_since, now())
    from unnest($1::text[], $2::timestamptz[], $3::jsonb[], $4::text[], $5::timestamptz[]) as given (key, occurs_at, envelope, reason, unknown_since)`,
};

interface ClaimedTimer extends DueTimer {
  /** Milliseconds since it was to fire, by the database's clock. */
  readonly lateMs: number;
  readonly unknownSince: Date | null;
}

/** What waits for a relay that knows its contract. */
export interface Postponed {
  readonly key: string;
  readonly why: string;
  /** Whether it has not waited so before. */
  readonly first: boolean;
}

interface Outcome {
  readonly claimed: number;
  readonly fired: number;
  readonly postponed: readonly Postponed[];
  readonly dead: readonly DeadTimer[];
}

/** What one transaction did. */
export type TimerPass = Outcome & { readonly committed: Committed; readonly types: readonly string[] };

/** One of those due that Postgres does not take, and why. */
export interface Refusal {
  readonly key: string;
  readonly error: string;
}

/**
 * Promotes timers that are due since `since`, in one transaction: claim, event, pointer, pushes. Several relays take different
 * ones.
 *
 * @throws ClaimRefused with the keys of those that could not be written.
 */
export function promoteTimers(
  deps: FireDependencies & { readonly database: Database },
  { since, limit }: { since: Date; limit: number },
): Promise<TimerPass> {
  return promote<ClaimedTimer, Outcome>(deps.database, {
    claim: { ...CLAIM, values: [since, limit] },
    decide: (timers) => decide(timers, (timer) => fireTimer(deps, timer)),
  });
}

/** Makes a dead letter of a timer that Postgres does not take; nothing where it is gone or moved meanwhile. */
export function refuseTimer(database: Database, { key, error }: Refusal): Promise<TimerPass> {
  const refused: Firing = { dead: { reason: 'write_failed', error, type: null } };
  return promote<ClaimedTimer, Outcome>(database, {
    claim: { ...CLAIM_ONE, values: [key] },
    decide: (timers) => decide(timers, () => refused),
  });
}

function decide(claimed: readonly ClaimedTimer[], fire: (timer: DueTimer) => Firing): Decision<Outcome> {
  const writes = createUnitBuffer();
  const postponed: { timer: ClaimedTimer; why: string }[] = [];
  const dead: DeadTimer[] = [];
  // Ids and positions in the order of due times.
  for (const timer of [...claimed].sort((a, b) => b.lateMs - a.lateMs)) {
    const firing = fire(timer);
    if ('event' in firing) writes.add(firing);
    else if ('dead' in firing) dead.push({ ...timer, ...firing.dead });
    else postponed.push({ timer, why: firing.postponed });
  }
  const waiting: NamedStatement[] =
    postponed.length > 0
      ? [
          {
            ...POSTPONE,
            values: columnParameters(
              ['text', 'timestamptz', 'jsonb', 'text', 'timestamptz'],
              postponed.map(({ timer, why }) => [
                timer.key,
                timer.occursAt,
                JSON.stringify(timer.envelope),
                why,
                timer.unknownSince,
              ]),
            ),
          },
        ]
      : [];
  return {
    writes,
    statements: [...waiting, ...buryTimers(dead)],
    outcome: {
      claimed: claimed.length,
      fired: writes.events.length,
      postponed: postponed.map(({ timer, why }) => ({ key: timer.key, why, first: timer.unknownSince === null })),
      dead,
    },
  };
}
