import type { RateLimits } from '../limit/rate-limits';
import { park } from '../record/failures';
import { speaksAgainstHandler } from '../trouble/breaker-rule';
import { BREAKER_REASON } from '../trouble/breaker-store';
import { type Breakers, TrialWithoutRun } from '../trouble/breakers';
import { type Delivery, DeliveryInterrupted, keyOf } from './delivery';
import { type Outcomes, type RunResult, runDeliveries } from './run-deliveries';
import type { RunDependencies } from './run-dependencies';

interface GuardedDependencies extends RunDependencies {
  readonly breakers: Breakers;
  readonly rateLimits: RateLimits;
}

/**
 * Runs deliveries as {@link runDeliveries} does, but those whose handler's circuit breaker is not closed, and those for which its
 * rate limit has no call left: they are parked. Of a breaker that is not closed one is tried when it is time. Never throws.
 */
export async function runGuarded(deps: GuardedDependencies, deliveries: readonly Delivery[]): Promise<RunResult> {
  const { breakers, rateLimits } = deps;
  const waiting: Outcomes = new Map();
  const usual = deliveries.filter(({ handler }) => breakers.isClosed(handler.id));
  const admitted = await rateLimits.admit(usual, waiting);
  const { outcomes, split } = await runDeliveries(deps, admitted, ({ handler }, error) =>
    breakers.failed(handler.id, error),
  );
  noteSuccesses(breakers, outcomes);
  for (const [delivery, outcome] of waiting) outcomes.set(delivery, outcome);
  if (usual.length < deliveries.length) {
    const closed = new Set(usual);
    for (const delivery of deliveries) if (!closed.has(delivery)) await tryOrPark(deps, delivery, outcomes);
  }
  if (deps.observe)
    for (const [{ handler }, outcome] of outcomes)
      if (typeof outcome === 'string') deps.observe.ended(handler.id, outcome);
  return { outcomes, split };
}

function noteSuccesses(breakers: Breakers, outcomes: Outcomes): void {
  const finished = new Map<string, number>();
  for (const [{ handler }, outcome] of outcomes)
    if (outcome === 'finished') finished.set(handler.id, (finished.get(handler.id) ?? 0) + 1);
  for (const [handler, count] of finished) breakers.succeeded(handler, count);
}

async function tryOrPark(deps: GuardedDependencies, delivery: Delivery, outcomes: Outcomes): Promise<void> {
  const { breakers, rateLimits } = deps;
  const handler = delivery.handler.id;
  // It may have closed while others of the group ran.
  if (breakers.isClosed(handler)) return;
  const tried = await breakers.tryOne(handler, async () => {
    let failure: unknown;
    if ((await rateLimits.admit([delivery], outcomes)).length === 0) throw new TrialWithoutRun();
    const result = await runDeliveries(deps, [delivery], (_, error) => {
      failure = error;
    });
    for (const [run, outcome] of result.outcomes) outcomes.set(run, outcome);
    if (failure !== undefined && speaksAgainstHandler(failure)) throw failure;
    const works = failure !== undefined || outcomes.get(delivery) === 'finished';
    if (!works) throw new TrialWithoutRun();
  });
  if (tried) return;
  try {
    await park(deps.database, [keyOf(delivery)], { delayMs: breakers.parkMs(handler), reason: BREAKER_REASON });
    outcomes.set(delivery, 'parked');
  } catch (cause) {
    outcomes.set(delivery, new DeliveryInterrupted('a delivery could not be parked', { cause }));
  }
}
