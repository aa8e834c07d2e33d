import { type Database, isContention, isOfDatabase, isUnavailable, sqlState } from '@skelly/db';
import { v5 as uuidv5 } from 'uuid';
import { withEventContext } from '../context';
import { BatchFailure, HandlerTimeout, NonRetriable } from '../errors';
import type { BatchHandler, EffectHandler, RetryPolicy, TransactionalHandler } from '../handlers/handler';
import type { Notifier } from '../hints/notifier';
import { runTransaction } from '../unit-of-work/transaction';
import { type Delivery, DeliveryInterrupted, type DeliveryOutcome } from './delivery';
import { park, recordFailure } from './failures';
import { finishLease, isDue, recordFinished, takeLease } from './inbox';

export interface RunDependencies {
  readonly database: Database;
  readonly notifier: Notifier;
  readonly now: () => Date;
  readonly random: () => number;
  /** Names this process in the processing log. */
  readonly worker: string;
  readonly defaults: { readonly retry: RetryPolicy; readonly timeoutMs: number };
  /**
   * Milliseconds by which a lease outlives its effect's timeout: the time that an effect has to end once its signal has
   * aborted. @defaultValue 5000
   */
  readonly leaseMarginMs?: number;
  readonly maxPayloadBytes?: number;
}

/** Runs again in place when transactions were in each other's way; after that the message goes back. */
const CONTENTION_RUNS = 3;

class AlreadyFinished extends Error {}

/** The key that the other side of an effect can check: one for each event and handler, whatever happens in between. */
export function effectKey(eventId: string, handlerId: string): string {
  return uuidv5(handlerId, eventId);
}

/**
 * Runs one handler for one event, as its kind promises, and records how it ended.
 *
 * @throws DeliveryInterrupted when Postgres could not be used; nothing has happened then and nothing is charged.
 */
export async function runDelivery(deps: RunDependencies, delivery: Delivery): Promise<DeliveryOutcome> {
  const { event, handler } = delivery;
  const startedAt = deps.now();
  const context = {
    actor: `handler:${handler.id}`,
    correlationId: event.correlationId,
    causationId: event.eventId,
    traceparent: event.traceparent,
  };
  try {
    return await withEventContext(context, () =>
      handler.kind === 'effect'
        ? runEffect(deps, delivery, handler)
        : runInTransaction(deps, delivery, handler, startedAt),
    );
  } catch (error) {
    if (error instanceof DeliveryInterrupted) throw error;
    return recorded(() =>
      recordFailure(deps.database, delivery, {
        error: error instanceof BatchFailure ? (error.failures.get(event.eventId) ?? error) : error,
        startedAt,
        policy: { ...deps.defaults.retry, ...handler.retry },
        random: deps.random(),
      }),
    );
  }
}

async function runInTransaction(
  deps: RunDependencies,
  delivery: Delivery,
  handler: TransactionalHandler | BatchHandler,
  startedAt: Date,
): Promise<DeliveryOutcome> {
  for (let run = 1; ; run += 1) {
    try {
      return await attemptTransaction(deps, delivery, handler, startedAt);
    } catch (error) {
      if (error instanceof AlreadyFinished) return 'duplicate';
      if (isUnavailable(error)) throw new DeliveryInterrupted('Postgres is away', { cause: error });
      if (!isContention(error)) throw error;
      if (run === CONTENTION_RUNS)
        throw new DeliveryInterrupted('transactions are in each other’s way', { cause: error });
    }
  }
}

async function attemptTransaction(
  deps: RunDependencies,
  delivery: Delivery,
  handler: TransactionalHandler | BatchHandler,
  startedAt: Date,
): Promise<DeliveryOutcome> {
  const timeoutMs = handler.timeoutMs ?? deps.defaults.timeoutMs;
  return withTimeout(handler.id, timeoutMs, (signal) =>
    runTransaction(
      deps,
      async (work) => {
        if (!(await isDue(work.tx, delivery))) return 'duplicate';
        await (handler.kind === 'batch'
          ? handler.handle([delivery.event], work)
          : handler.handle(delivery.event, work));
        const first = await recordFinished(work, delivery, { worker: deps.worker, startedAt }).catch(
          refuseUnpartitioned,
        );
        if (!first) throw new AlreadyFinished();
        return 'finished';
      },
      { signal, statementTimeoutMs: timeoutMs },
    ),
  );
}

async function runEffect(deps: RunDependencies, delivery: Delivery, handler: EffectHandler): Promise<DeliveryOutcome> {
  const { event, run } = delivery;
  const timeoutMs = handler.timeoutMs ?? deps.defaults.timeoutMs;
  if (!(await recorded(() => isDue(deps.database.queries, delivery)))) return 'duplicate';
  const lease = await recorded(() =>
    takeLease(deps.database, delivery, {
      worker: deps.worker,
      leaseMs: timeoutMs + (deps.leaseMarginMs ?? 5_000),
    }).catch(refuseUnpartitioned),
  );
  if (lease.state === 'finished') return 'duplicate';
  if (lease.state === 'busy') {
    const delayMs = Math.max(lease.until.getTime() - deps.now().getTime(), 0) + 100;
    await recorded(() =>
      park(
        deps.database,
        { eventId: event.eventId, handler: handler.id, run },
        { delayMs, reason: 'another worker holds the lease' },
      ),
    );
    return 'parked';
  }
  try {
    await withTimeout(handler.id, timeoutMs, (signal) =>
      handler.effect(event, effectKey(event.eventId, handler.id), signal),
    );
  } catch (error) {
    if (isOfDatabase(error) && isUnavailable(error))
      throw new DeliveryInterrupted('Postgres is away', { cause: error });
    throw error;
  }
  await recorded(() => finishLease(deps.database, delivery));
  return 'finished';
}

/** Gives `run` a signal that aborts at the timeout, and stops waiting for it then. */
async function withTimeout<T>(
  handler: string,
  timeoutMs: number,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const expired = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const timeout = new HandlerTimeout(handler, timeoutMs);
      controller.abort(timeout);
      reject(timeout);
    }, timeoutMs);
  });
  try {
    return await Promise.race([run(controller.signal), expired]);
  } finally {
    clearTimeout(timer);
  }
}

/** Runs a statement of the backbone's own: its failure is never the handler's. */
async function recorded<T>(statement: () => Promise<T>): Promise<T> {
  try {
    return await statement();
  } catch (error) {
    if (error instanceof NonRetriable) throw error;
    throw new DeliveryInterrupted('the inbox could not be written', { cause: error });
  }
}

/** 23514 from an insert into a partitioned table: no partition for the row. */
function refuseUnpartitioned(error: unknown): never {
  if (sqlState(error) === '23514') {
    throw new NonRetriable(
      'The event is older or newer than every partition of the inbox, so it cannot be told whether it has run.',
      { cause: error },
    );
  }
  throw error;
}
