import type { EventEnvelope } from '@skelly/types/event';
import { withEventContext } from '../../context';
import { HandlerTimeout } from '../../errors';
import { handleOnce } from '../../handlers/handle-once';
import type { BatchHandler, Handler, TransactionalHandler } from '../../handlers/handler';
import { callHandler } from '../../middleware/middleware';
import { beginShared, type SharedTransaction } from '../../unit-of-work/shared';
import { scheduleKey } from '../record/failures';
import {
  type Finished,
  finishStatement,
  isAlreadyFinished,
  lookStatement,
  readSettled,
  refuseUnpartitioned,
} from '../record/inbox';
import { advanceStatements, findBlocked } from '../record/progress';
import { type Delivery, DeliveryInterrupted, keyOf } from './delivery';
import { type RunDependencies, timeoutOf } from './run-dependencies';
import { SHARED_MS } from './sharing';
import { withTimeout } from './timeout';

/** How the deliveries of one transaction ended, once it has committed. */
export interface Attempt {
  readonly finished: readonly Delivery[];
  readonly duplicates: readonly Delivery[];
  /** They wait for an earlier event of their subject that is not among them. */
  readonly blocked: readonly Delivery[];
  /** There was no time for them in this transaction. */
  readonly left: readonly Delivery[];
}

/** A handler failed: everything was rolled back. */
export class UnitFailed extends Error {
  constructor(
    /** Those that it was called for: one, or a batch. */
    readonly deliveries: readonly Delivery[],
    override readonly cause: unknown,
  ) {
    super('A handler failed; its transaction was rolled back.');
  }
}

/** Another delivery of one of the events has ended first; everything was rolled back. */
export class AlreadyFinished extends Error {}

/** Postgres went away under the transaction; whether it has committed is not known. */
export class PostgresLost extends Error {}

/** Milliseconds by which the server waits longer than this process, which is to end things itself. */
const SERVER_MARGIN_MS = 1_000;

/**
 * Runs deliveries to handlers that act inside Postgres in one transaction, one after the other; a batch in one call. Their
 * inbox rows are written last, so that they tell when each has finished, and commit with everything else.
 *
 * @throws UnitFailed, AlreadyFinished, PostgresLost or the database's error; then nothing of it has happened, unless Postgres was lost.
 */
export async function attempt(deps: RunDependencies, deliveries: readonly Delivery[]): Promise<Attempt> {
  const timeoutMs = Math.max(...deliveries.map((delivery) => timeoutOf(deps, delivery)));
  const { distinct, repeated } = withoutRepetition(deliveries);
  const { shared, result } = await beginShared(
    deps,
    {
      statementTimeoutMs: timeoutMs + SERVER_MARGIN_MS,
      transactionTimeoutMs: timeoutMs + SHARED_MS + 2 * SERVER_MARGIN_MS,
    },
    lookStatement(distinct),
  );
  try {
    const ended = await runIn(deps, shared, distinct, readSettled(result));
    return { ...ended, left: [...ended.left, ...repeated] };
  } catch (error) {
    const overran = error instanceof UnitFailed && isOverrun(error.cause);
    await (overran ? shared.revoke() : shared.rollback());
    if (shared.lost && !overran) throw new PostgresLost('Postgres is away', { cause: error });
    throw !(error instanceof UnitFailed) && isAlreadyFinished(error) ? new AlreadyFinished() : error;
  }
}

/** Whether the handler may still be at work. */
export function isOverrun(error: unknown): boolean {
  return error instanceof HandlerTimeout || error instanceof DeliveryInterrupted;
}

async function runIn(
  deps: RunDependencies,
  shared: SharedTransaction,
  distinct: readonly Delivery[],
  settled: ReadonlySet<number>,
): Promise<Attempt> {
  const due = distinct.filter((_, index) => !settled.has(index));
  const duplicates = distinct.filter((_, index) => settled.has(index));
  const blocked = await findBlocked(shared.client, due);
  const blockedSet = new Set(blocked);
  const finished: Finished[] = [];
  const units = unitsOf(due.filter((delivery) => !blockedSet.has(delivery)));
  const endsAt = performance.now() + SHARED_MS;
  let next = 0;
  for (; next < units.length && (next === 0 || performance.now() < endsAt); next += 1) {
    const unit = units[next] as readonly Delivery[];
    const startedAt = deps.now();
    await runUnit(deps, shared, unit);
    for (const delivery of unit) finished.push({ delivery, startedAt });
  }
  const done = finished.map(({ delivery }) => delivery);
  if (finished.length === 0) await shared.rollback();
  else await commitFinished(deps, shared, finished);
  return { finished: done, duplicates, blocked, left: units.slice(next).flat() };
}

async function commitFinished(
  deps: RunDependencies,
  shared: SharedTransaction,
  finished: readonly Finished[],
): Promise<void> {
  const advancing = advanceStatements(finished.map(({ delivery }) => delivery));
  const last = [finishStatement(finished, deps.worker), ...advancing];
  await shared
    .commit(last, (results) => advancing.length > 0 && Boolean(results[last.length - 1]?.rowCount))
    .catch(refuseUnpartitioned);
}

/** A queue may deliver twice what is still in hand; the second waits until the first has ended. */
export function withoutRepetition(deliveries: readonly Delivery[]) {
  const seen = new Set<string>();
  const repeated = new Set<Delivery>();
  for (const delivery of deliveries) {
    const key = scheduleKey(keyOf(delivery));
    if (seen.has(key)) repeated.add(delivery);
    seen.add(key);
  }
  return { distinct: deliveries.filter((delivery) => !repeated.has(delivery)), repeated };
}

/** What is run by one call each: a delivery, or all of a batch. */
export function unitsOf(deliveries: readonly Delivery[]): readonly (readonly Delivery[])[] {
  if (deliveries[0]?.handler.kind === 'batch') return [deliveries];
  return deliveries.map((delivery) => [delivery]);
}

/** Runs one call of a handler in a shared transaction. @throws UnitFailed */
export async function runUnit(
  deps: RunDependencies,
  shared: SharedTransaction,
  unit: readonly Delivery[],
): Promise<void> {
  const [first] = unit as readonly [Delivery, ...Delivery[]];
  const handler = first.handler as InPostgres;
  const events = unit.map(({ event }) => event);
  const call = { handler, events };
  try {
    await withEventContext(contextOf(handler, unit), () =>
      callHandler({ middleware: deps.around }, call, () =>
        shared.run(
          (work) =>
            callHandler(deps, call, () =>
              handler.kind === 'batch' ? handler.handle(events, work) : handleOnce(handler, first, work),
            ),
          (run) => withTimeout({ handler: handler.id, timeoutMs: timeoutOf(deps, first) }, deps.interruption, run),
        ),
      ),
    );
  } catch (error) {
    throw new UnitFailed(unit, error);
  }
}

type InPostgres = Extract<Handler, TransactionalHandler | BatchHandler>;

/** What a handler's events inherit: those of a batch have no single cause. */
export function contextOf(handler: Handler, unit: readonly { readonly event: EventEnvelope }[]) {
  const actor = `handler:${handler.id}`;
  const only = unit.length === 1 ? unit[0]?.event : undefined;
  if (!only) return { actor, causationId: null, traceparent: null };
  const { eventId, correlationId, traceparent } = only;
  return { actor, correlationId, causationId: eventId, traceparent };
}
