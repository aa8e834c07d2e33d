import type { Database } from '@skelly/db';
import type { Committed } from '../hints/notifier';
import { createUnitBuffer } from '../unit-of-work/buffer';
import { type NamedStatement, transpose } from '../unit-of-work/round-trip';
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
    returning key, envelope, occurs_at as "occursAt", extract(epoch from now() - occurs_at)::float8 * 1000 as "lateMs"`,
};

const POSTPONE = {
  name: 'timers-postpone',
  text: `
    insert into event_schedule (key, kind, due_at, occurs_at, envelope, reason)
    select key, 'timer', now() + make_interval(secs => ${POSTPONE_MS / 1_000}), occurs_at, envelope, reason
    from unnest($1::text[], $2::timestamptz[], $3::jsonb[], $4::text[]) as given (key, occurs_at, envelope, reason)`,
};

interface Outcome {
  readonly claimed: number;
  readonly fired: number;
  readonly postponed: readonly { readonly key: string; readonly why: string }[];
  readonly dead: readonly DeadTimer[];
}

/** What one transaction did. */
export type TimerPass = Outcome & { readonly committed: Committed };

/**
 * Promotes timers that are due since `since`, in one transaction: claim, event, pointer, pushes. Several relays take different
 * ones.
 *
 * @param options.refuse makes all of them dead letters instead, with this as the error.
 */
export function promoteTimers(
  deps: FireDependencies & { readonly database: Database },
  { since, limit, refuse }: { since: Date; limit: number; refuse?: string },
): Promise<TimerPass> {
  const refused: Firing = { dead: { reason: 'write_failed', error: refuse ?? '', type: null } };
  return promote<DueTimer, Outcome>(deps.database, {
    claim: { ...CLAIM, values: [since, limit] },
    decide: (timers) => decide(timers, (timer) => (refuse === undefined ? fireTimer(deps, timer) : refused)),
  });
}

function decide(claimed: readonly DueTimer[], fire: (timer: DueTimer) => Firing): Decision<Outcome> {
  const writes = createUnitBuffer();
  const postponed: { timer: DueTimer; why: string }[] = [];
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
            values: transpose(postponed.map(({ timer, why }) => [timer.key, timer.occursAt, timer.envelope, why])),
          },
        ]
      : [];
  return {
    writes,
    statements: [...waiting, ...buryTimers(dead)],
    outcome: {
      claimed: claimed.length,
      fired: writes.events.length,
      postponed: postponed.map(({ timer, why }) => ({ key: timer.key, why })),
      dead,
    },
  };
}
