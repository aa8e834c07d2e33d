import { BrokenCircuitError, CircuitState } from 'cockatiel';
import { RetryAfter } from '../errors';
import { type BreakerPolicy, speaksAgainstHandler } from '../worker/trouble/breaker-rule';
import { type Circuit, createCircuit, noteFailure } from '../worker/trouble/circuit';
import type { Middleware } from './middleware';

/** Handlers whose circuits are kept at most; the one met first is forgotten then. */
const MAX_CIRCUITS = 10_000;

/**
 * Turns away from a handler that keeps failing, by the worker's rule; after the recovery time one call is tried.
 *
 * @throws RetryAfter, from the middleware, while it is open: another try makes sense after the recovery time.
 */
export function breakCircuits(deps: { readonly policy: BreakerPolicy; readonly now: () => Date }): Middleware {
  const circuits = new Map<string, Circuit>();
  const now = () => deps.now().getTime();

  function circuitOf(id: string): Circuit {
    const known = circuits.get(id);
    if (known) return known;
    const circuit = createCircuit(deps.policy, now);
    circuit.policy.onReset(() => circuit.tally.clear());
    circuits.set(id, circuit);
    if (circuits.size > MAX_CIRCUITS) circuits.delete(circuits.keys().next().value as string);
    return circuit;
  }

  async function callClosed(circuit: Circuit, next: () => Promise<void>): Promise<void> {
    try {
      await next();
    } catch (error) {
      if (speaksAgainstHandler(error)) noteFailure(circuit, error);
      throw error;
    }
    circuit.tally.succeeded(now());
  }

  return async ({ handler }, next) => {
    const circuit = circuitOf(handler.id);
    if (circuit.policy.state === CircuitState.Closed) return callClosed(circuit, next);
    let aboutTheEvent: { readonly error: unknown } | undefined;
    try {
      await circuit.policy.execute(async () => {
        await next().catch((error) => {
          if (speaksAgainstHandler(error)) throw error;
          aboutTheEvent = { error };
        });
      });
    } catch (error) {
      if (!(error instanceof BrokenCircuitError)) throw error;
      throw new RetryAfter(`The circuit breaker of ${handler.id} is open.`, deps.policy.recoveryMs, { cause: error });
    }
    if (aboutTheEvent) throw aboutTheEvent.error;
  };
}
