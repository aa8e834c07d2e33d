import { isOfDatabase, isUnavailable } from '@skelly/db';
import { v5 as uuidv5 } from 'uuid';
import { withEventContext } from '../../context';
import { NonRetriable } from '../../errors';
import type { EffectHandler } from '../../handlers/handler';
import { callHandler } from '../../middleware/middleware';
import { queryByIndex } from '../../unit-of-work/round-trip';
import { park } from '../record/failures';
import { finishLease, lookStatement, readSettled, takeLease } from '../record/inbox';
import { advanceAfter, findBlocked, waitForTurn } from '../record/progress';
import { contextOf } from './attempt';
import { type Delivery, DeliveryInterrupted, isOrdered, keyOf } from './delivery';
import { type RunDependencies, timeoutOf } from './run-dependencies';
import { withTimeout } from './timeout';

/** The key that the other side of an effect can check: one for each event and handler, whatever happens in between. */
export function effectKey(eventId: string, handlerId: string): string {
  return uuidv5(handlerId, eventId);
}

/**
 * Runs an effect: a lease is committed first, so that two never run at once, and turned into the inbox row after it.
 *
 * @throws what the effect threw.
 * @throws DeliveryInterrupted when Postgres could not be used.
 */
export async function runEffect(
  deps: RunDependencies,
  delivery: Delivery,
  handler: EffectHandler,
): Promise<'finished' | 'duplicate' | 'parked'> {
  const key = keyOf(delivery);
  const timeoutMs = timeoutOf(deps, delivery);
  const { pool } = deps.database;
  const looked = await ours(() => queryByIndex(pool, lookStatement([delivery])));
  if (readSettled(looked).size > 0) return 'duplicate';
  const blocked = await ours(() => findBlocked(pool, [delivery]));
  if (blocked.length > 0 && (await ours(() => waitForTurn(deps.database, delivery)))) return 'parked';
  const lease = await ours(() =>
    takeLease(deps.database, delivery, {
      worker: deps.worker,
      leaseMs: timeoutMs + (deps.leaseMarginMs ?? 5_000),
    }),
  );
  if (lease.state === 'finished') return 'duplicate';
  if (lease.state === 'busy') {
    const delayMs = Math.max(lease.until.getTime() - deps.now().getTime(), 0) + 100;
    await ours(() => park(deps.database, [key], { delayMs, reason: 'another worker holds the lease' }));
    return 'parked';
  }
  const controller = new AbortController();
  const call = { handler, events: [delivery.event] };
  try {
    await withEventContext(contextOf(handler, [delivery]), () =>
      callHandler({ middleware: deps.around }, call, () =>
        withTimeout({ handler: handler.id, timeoutMs }, deps.interruption, () =>
          callHandler(deps, call, () =>
            handler.effect(delivery.event, effectKey(key.eventId, handler.id), controller.signal),
          ),
        ),
      ),
    );
  } catch (error) {
    controller.abort(error);
    if (isOfDatabase(error) && isUnavailable(error))
      throw new DeliveryInterrupted('Postgres is away', { cause: error });
    throw error;
  }
  if (!isOrdered(delivery)) await ours(() => finishLease(pool, key, deps.worker));
  else if (await ours(() => advanceAfter(deps.database, delivery, (client) => finishLease(client, key, deps.worker))))
    deps.notifier.committed({ frames: [], pointed: true });
  return 'finished';
}

/** Runs a statement of the backbone's own: its failure is never the handler's. */
async function ours<T>(statement: () => Promise<T>): Promise<T> {
  try {
    return await statement();
  } catch (error) {
    if (error instanceof NonRetriable) throw error;
    throw new DeliveryInterrupted('the inbox could not be written', { cause: error });
  }
}
