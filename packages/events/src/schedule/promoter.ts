import type { Database } from '@skelly/db';
import { describeError } from '@skelly/types/errors';
import type { EventContract } from '@skelly/types/event';
import type { Notifier } from '../hints/notifier';
import type { Log } from '../log';
import type { EmitObserver } from '../observe';
import { createPulse } from '../pulse';
import { lookAhead, PROMOTE_LIMIT, promotePointers } from './promote';
import { ClaimRefused } from './promotion';
import { promoteRecurring, RECURRING_LIMIT, refuseRecurring } from './recurring-pass';
import { promoteTimers, refuseTimer, type TimerPass } from './timer-pass';

export interface PromoterDependencies {
  readonly database: Database;
  readonly notifier: Notifier;
  readonly log: Log;
  readonly findContract: (type: string) => EventContract | undefined;
  /** Told of the events that were fired. @defaultValue nobody */
  readonly observe?: EmitObserver | undefined;
  /** Called when the outbox has got something. */
  readonly onPromoted: () => void;
}

export interface PromoterOptions {
  /** Milliseconds between looks at the schedule at most; what is due sooner is waited for to the millisecond. @defaultValue 100 */
  readonly intervalMs?: number;
  /**
   * Milliseconds for which a timer waits for a relay that knows its contract, from when one that does not has met it; then it is a
   * dead letter. A recurring schedule waits for ever. @defaultValue 600000
   */
  readonly unknownGraceMs?: number;
}

/** What fires events. */
type Kind = 'timer' | 'recurring';

/** Moves what is due out of the schedule. */
export interface Promoter {
  /** Looks at once: something near was scheduled. */
  wake(): void;
  /** Resolves when the transaction in hand has ended. */
  stop(): Promise<void>;
}

/** Rows may commit this long after the due time that they have; beyond it they are found by the next full look. */
const LATE_COMMIT_SLACK_MS = 10_000;
/** Milliseconds between looks at the whole schedule, however old. */
const FULL_LOOK_MS = 5_000;
/** The pause, in milliseconds, when something is due and another process is at it. */
const BUSY_PAUSE_MS = 10;
/** Transactions that promote timers at once, while there are more due than one takes. */
const LANES = 2;

/** Pauses after a failed look, in milliseconds. */
const BACKOFF_MS = { first: 100, longest: 2_000 };

const EVER = new Date(0);

/**
 * Promotes what is due, by the database's clock: pointers into the outbox, timers into history. Any number may run. Without
 * Postgres it tries again, and nothing is lost meanwhile.
 */
export function startPromoter(deps: PromoterDependencies, options: PromoterOptions = {}): Promoter {
  const { database, notifier, log } = deps;
  const { intervalMs = 100, unknownGraceMs = 600_000 } = options;
  const firing = { database, findContract: deps.findContract, unknownGraceMs };
  // Nothing due before this is left, but for what commits late. So a snapshot that keeps dead rows alive costs no look.
  let since = EVER;
  let fullLookAt = 0;

  function report(pass: Pick<TimerPass, 'fired' | 'postponed' | 'dead' | 'committed' | 'types'>): void {
    if (pass.fired > 0) {
      notifier.committed(pass.committed);
      for (const type of pass.types) deps.observe?.emitted(type);
      deps.onPromoted();
    }
    for (const { key, why, first } of pass.postponed)
      if (first) log.warn({ key, why }, 'what is due waits for a relay that knows its contract');
    for (const { key, reason, error } of pass.dead)
      log.error({ key, reason, error }, 'what was due cannot be fired; it is a dead letter');
  }

  async function promoteSome(kind: Kind, limit: number): Promise<number> {
    const pass = await (kind === 'timer'
      ? promoteTimers(firing, { since, limit })
      : promoteRecurring(firing, { limit }));
    report(pass);
    return pass.claimed;
  }

  /** Promotes until a transaction finds fewer than it may take. */
  async function drain(kind: Kind, limit: number): Promise<void> {
    for (let claimed = limit; claimed === limit; ) {
      try {
        claimed = await promoteSome(kind, limit);
      } catch (error) {
        if (!(error instanceof ClaimRefused)) throw error;
        await isolate(kind, limit);
      }
    }
  }

  /** One of those due cannot be written: one by one they tell which. */
  async function isolate(kind: Kind, atMost: number): Promise<void> {
    for (let tried = 0; tried < atMost; tried += 1) {
      try {
        if ((await promoteSome(kind, 1)) === 0) return;
      } catch (failure) {
        if (!(failure instanceof ClaimRefused)) throw failure;
        const { keys, cause } = failure;
        const refusal = { key: keys[0] as string, error: describeError(cause).message };
        report(await (kind === 'timer' ? refuseTimer(database, refusal) : refuseRecurring(database, refusal)));
        return;
      }
    }
  }

  async function look(): Promise<number> {
    if (performance.now() >= fullLookAt) {
      since = EVER;
      fullLookAt = performance.now() + FULL_LOOK_MS;
    }
    const ahead = await lookAhead(database, since);
    const inMs = [ahead.pointerInMs, ahead.timerInMs, ahead.recurringInMs].map((ms) => ms ?? intervalMs);
    const [pointers, timers, recurring] = inMs as [number, number, number];
    if (pointers <= 0) await drainPointers();
    if (recurring <= 0) await drain('recurring', RECURRING_LIMIT);
    if (timers <= 0) await Promise.all(Array.from({ length: LANES }, () => drain('timer', PROMOTE_LIMIT)));
    since = new Date(ahead.now.getTime() - LATE_COMMIT_SLACK_MS);
    const next = Math.min(...inMs);
    return next <= 0 ? BUSY_PAUSE_MS : Math.min(Math.ceil(next), intervalMs);
  }

  async function drainPointers(): Promise<void> {
    for (let moved = PROMOTE_LIMIT; moved === PROMOTE_LIMIT; ) {
      moved = await promotePointers(database, since);
      if (moved > 0) deps.onPromoted();
    }
  }

  let failures = 0;
  return createPulse({
    run: async () => {
      try {
        const pauseMs = await look();
        failures = 0;
        return pauseMs;
      } catch (error) {
        log.warn({ err: error }, 'the schedule could not be promoted; trying again');
        fullLookAt = 0;
        failures += 1;
        return Math.min(BACKOFF_MS.first * 2 ** (failures - 1), BACKOFF_MS.longest);
      }
    },
    wakeable: () => failures === 0,
  });
}
