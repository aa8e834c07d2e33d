import {
  type CircuitBreakerPolicy,
  CircuitState,
  circuitBreaker,
  DelegateBackoff,
  handleAll,
  type IBreaker,
} from 'cockatiel';
import { type BreakerPolicy, createTally, decideBreak, type Tally } from './breaker-rule';

/** The circuit breaker of one handler. */
export interface Circuit {
  readonly policy: CircuitBreakerPolicy;
  readonly tally: Tally;
}

/**
 * @param options read whenever they count.
 * @param now milliseconds since 1970.
 */
export function createCircuit(options: BreakerPolicy, now: () => number): Circuit {
  const tally = createTally(options);
  const breaker: IBreaker = {
    state: undefined,
    success: () => tally.succeeded(now()),
    failure(state) {
      if (state === CircuitState.Closed) tally.failed(now());
      return state !== CircuitState.Closed || decideBreak(options, tally.lately(now()));
    },
  };
  return {
    policy: circuitBreaker(handleAll, { halfOpenAfter: new DelegateBackoff(() => options.recoveryMs), breaker }),
    tally,
  };
}

/** Notes a failure of a handler whose breaker is closed; it may open. */
export function noteFailure({ policy }: Circuit, error: unknown): void {
  if (policy.state !== CircuitState.Closed) return;
  void policy.execute(() => Promise.reject(error)).catch(() => undefined);
}
