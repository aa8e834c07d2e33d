import type { EventContract } from '@skelly/types/event';
import type { Log } from '../log';
import type { BreakerPolicy } from '../worker/trouble/breaker-rule';
import { breakCircuits } from './break-circuits';
import { handleErrors } from './handle-errors';
import { limitTime } from './limit-time';
import { logCalls } from './log-calls';
import type { HandlerCall, Middleware } from './middleware';
import { rememberKeys } from './remember-keys';
import { validateEvents } from './validate-events';

/** What each middleware of a bus needs; one whose part is left out is left out. */
export interface StandardMiddleware {
  /** Logs each call and its end. */
  readonly log?: Log;
  /** Checks data once more, against the contract of the type. */
  readonly validate?: { readonly findContract: (type: string) => EventContract | undefined };
  /** Leaves out calls that a subscriber's own key repeats. */
  readonly idempotency?: {
    /** The key of a call; undefined for every call that counts. */
    readonly keyOf: (call: HandlerCall) => string | undefined;
    /** Milliseconds for which keys are remembered. @defaultValue 3600000 */
    readonly ttlMs?: number;
    /** Keys that are remembered; at the bound the oldest is forgotten. @defaultValue 100000 */
    readonly max?: number;
  };
  /** Turns away from a subscriber that keeps failing. */
  readonly circuitBreaker?: BreakerPolicy;
  /** Milliseconds that a call may take. */
  readonly timeoutMs?: number;
  /** Told of each failure. */
  readonly onError?: (error: unknown, call: HandlerCall) => void;
  /** One's own, around the subscriber alone; the first is outermost. */
  readonly own?: readonly Middleware[];
  /** @defaultValue the system's clock */
  readonly now?: () => Date;
}

/** The order in which they surround a subscriber, the first outermost. */
export const STANDARD_ORDER = [
  'log',
  'validate',
  'idempotency',
  'circuit breaker',
  'timeout',
  'error handling',
  'own',
] as const;

/** The middleware of a bus in {@link STANDARD_ORDER}, for its option `middleware`. Each is of use alone as well. */
export function standardMiddleware(parts: StandardMiddleware): readonly Middleware[] {
  const { now = () => new Date() } = parts;
  const made: Readonly<Record<(typeof STANDARD_ORDER)[number], readonly Middleware[] | undefined>> = {
    log: parts.log && [logCalls({ log: parts.log })],
    validate: parts.validate && [validateEvents(parts.validate)],
    idempotency: parts.idempotency && [rememberKeys({ ...parts.idempotency, now })],
    'circuit breaker': parts.circuitBreaker && [breakCircuits({ policy: parts.circuitBreaker, now })],
    timeout: parts.timeoutMs === undefined ? undefined : [limitTime({ timeoutMs: parts.timeoutMs })],
    'error handling': parts.onError && [handleErrors({ onError: parts.onError })],
    own: parts.own,
  };
  return STANDARD_ORDER.flatMap((name) => made[name] ?? []);
}
