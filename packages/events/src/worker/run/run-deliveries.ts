import { type Database, isContention, isUnavailable, sqlState } from '@skelly/db';
import { BatchFailure } from '../../errors';
import { IN_FAILED_TRANSACTION } from '../../unit-of-work/write';
import { recordFailure } from '../record/failures';
import { passOver, waitForTurn } from '../record/progress';
import { AlreadyFinished, type Attempt, attempt, PostgresLost, UnitFailed, withoutRepetition } from './attempt';
import { type Delivery, DeliveryInterrupted, type DeliveryOutcome } from './delivery';
import type { RunDependencies } from './run-dependencies';
import { runEffect } from './run-effect';
import { decideSplit } from './sharing';

/** What became of each delivery. One that is missing has not been tried: there was no time, or its turn has come meanwhile. */
export type Outcomes = Map<Delivery, DeliveryOutcome | DeliveryInterrupted>;

/** How several deliveries ended. */
export interface RunResult {
  readonly outcomes: Outcomes;
  /** Whether they could not share a transaction. */
  readonly split: boolean;
}

/** Runs again in place when transactions were in each other's way; after that the message goes back. */
const CONTENTION_RUNS = 3;

/** Told of every handler's own failure. */
export type OnFailure = (delivery: Delivery, error: unknown) => void;

/**
 * Runs deliveries of one lane: to handlers inside Postgres in one transaction if they let it, in parts or each alone
 * otherwise, so that a failure costs time and is charged to its own delivery. Never throws.
 */
export async function runDeliveries(
  deps: RunDependencies,
  deliveries: readonly Delivery[],
  onFailure: OnFailure,
): Promise<RunResult> {
  const outcomes: Outcomes = new Map();
  const failed = await tryTogether(deps, deliveries, outcomes, onFailure);
  if (!failed) return { outcomes, split: false };
  for (const part of failed.parts) {
    const again = await tryTogether(deps, part, outcomes, onFailure);
    for (const [delivery] of again?.parts.flatMap((rest) => decideSplit(rest, undefined)) ?? [])
      if (delivery) await tryTogether(deps, [delivery], outcomes, onFailure);
  }
  return { outcomes, split: true };
}

/** @returns the parts to try instead, when they could not share a transaction; never for a single delivery. */
async function tryTogether(
  deps: RunDependencies,
  deliveries: readonly Delivery[],
  outcomes: Outcomes,
  onFailure: OnFailure,
): Promise<{ parts: readonly (readonly Delivery[])[] } | undefined> {
  const [first] = deliveries;
  if (!first) return undefined;
  const startedAt = deps.now();
  for (let run = 1; ; run += 1) {
    try {
      if (first.handler.kind === 'effect') outcomes.set(first, await runEffect(deps, first, first.handler));
      else await settle(deps, await attempt(deps, deliveries), outcomes);
      return undefined;
    } catch (error) {
      const interrupted = interruptionOf(error);
      if (interrupted) {
        for (const delivery of deliveries) outcomes.set(delivery, interrupted);
        return undefined;
      }
      if (deliveries.length > 1) return partsOf(deps, deliveries, { error, startedAt, outcomes, onFailure });
      if (!isTransient(error)) {
        outcomes.set(first, await charge(deps, first, { error: causeOf(error, first), startedAt, onFailure }));
        return undefined;
      }
      if (run === CONTENTION_RUNS) {
        outcomes.set(first, new DeliveryInterrupted('transactions are in each other’s way', { cause: error }));
        return undefined;
      }
    }
  }
}

/** Nobody's failure: the transaction may simply run again. */
function isTransient(error: unknown): boolean {
  return error instanceof AlreadyFinished || isContention(error instanceof UnitFailed ? error.cause : error);
}

function interruptionOf(error: unknown): DeliveryInterrupted | undefined {
  if (error instanceof DeliveryInterrupted) return error;
  if (error instanceof UnitFailed && error.cause instanceof DeliveryInterrupted) return error.cause;
  const lost = error instanceof PostgresLost || (!(error instanceof UnitFailed) && isUnavailable(error));
  return lost ? new DeliveryInterrupted('Postgres is away', { cause: error }) : undefined;
}

/** The handler's own error for one delivery. */
function causeOf(error: unknown, { event }: Delivery): unknown {
  const cause = error instanceof UnitFailed ? error.cause : error;
  return cause instanceof BatchFailure ? (cause.failures.get(event.eventId) ?? cause) : cause;
}

/** What to run instead of a transaction that failed; those that a batch handler has named are charged here. */
async function partsOf(
  deps: RunDependencies,
  deliveries: readonly Delivery[],
  failure: { error: unknown; startedAt: Date; outcomes: Outcomes; onFailure: OnFailure },
): Promise<{ parts: readonly (readonly Delivery[])[] }> {
  const { error, outcomes } = failure;
  if (!(error instanceof UnitFailed)) return { parts: decideSplit(deliveries, undefined) };
  const { cause } = error;
  const named =
    cause instanceof BatchFailure
      ? withoutRepetition(deliveries).distinct.filter(({ event }) => cause.failures.has(event.eventId))
      : [];
  if (named.length > 0) {
    for (const delivery of named)
      outcomes.set(delivery, await charge(deps, delivery, { ...failure, error: causeOf(error, delivery) }));
    const others = deliveries.filter((delivery) => !named.includes(delivery));
    return { parts: others.length > 0 ? [others] : [] };
  }
  const [culprit] = error.deliveries;
  // A statement may also fail because of an earlier one of another delivery.
  const itself = error.deliveries.length === 1 && !isContention(cause) && sqlState(cause) !== IN_FAILED_TRANSACTION;
  return { parts: decideSplit(deliveries, culprit && itself ? deliveries.indexOf(culprit) : undefined) };
}

/** Notes how the deliveries of a committed transaction ended. */
async function settle(deps: RunDependencies, ended: Attempt, outcomes: Outcomes): Promise<void> {
  for (const delivery of ended.finished) outcomes.set(delivery, 'finished');
  for (const delivery of ended.duplicates) outcomes.set(delivery, 'duplicate');
  await settleBlocked(deps.database, ended.blocked, outcomes);
}

/** Lets deliveries wait for an earlier event of their subject; those whose turn has come meanwhile are left out of the outcomes. */
export async function settleBlocked(
  database: Database,
  blocked: readonly Delivery[],
  outcomes: Outcomes,
): Promise<void> {
  for (const delivery of blocked) {
    const parked = await waitForTurn(database, delivery).catch(
      (error) => new DeliveryInterrupted('a delivery could not be parked', { cause: error }),
    );
    if (parked instanceof DeliveryInterrupted) outcomes.set(delivery, parked);
    else if (parked) outcomes.set(delivery, 'parked');
  }
}

/** Records a failed try. */
async function charge(
  deps: RunDependencies,
  delivery: Delivery,
  failure: { error: unknown; startedAt: Date; onFailure: OnFailure },
): Promise<DeliveryOutcome | DeliveryInterrupted> {
  const { error, startedAt, onFailure } = failure;
  onFailure(delivery, error);
  deps.observe?.failed(delivery.handler.id);
  try {
    const outcome = await recordFailure(deps.database, delivery, {
      error,
      startedAt,
      policy: { ...deps.defaults.retry, ...delivery.handler.retry },
      random: deps.random(),
      worker: deps.worker,
    });
    if (outcome === 'dead' && (await passOver(deps.database, delivery)))
      deps.notifier.committed({ frames: [], pointed: true });
    return outcome;
  } catch (cause) {
    return new DeliveryInterrupted('a failed try could not be recorded', { cause });
  }
}
