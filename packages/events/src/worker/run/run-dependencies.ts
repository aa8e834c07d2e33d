import type { Database } from '@skelly/db';
import type { RetryPolicy } from '../../handlers/handler';
import type { Notifier } from '../../hints/notifier';
import type { Middleware } from '../../middleware/middleware';
import type { WorkerObserver } from '../../observe';
import type { Delivery } from './delivery';
import type { Interruption } from './interruption';

/** What running handlers needs. */
export interface RunDependencies {
  readonly database: Database;
  readonly notifier: Notifier;
  readonly now: () => Date;
  readonly random: () => number;
  /** Names this process in the processing log. */
  readonly worker: string;
  /** What handlers do not say themselves; read at each try, so they may be getters. */
  readonly defaults: { readonly retry: RetryPolicy; readonly timeoutMs: number };
  /**
   * Milliseconds by which a lease outlives its effect's timeout: the time that an effect has to end once its signal has
   * aborted. @defaultValue 5000
   */
  readonly leaseMarginMs?: number;
  readonly maxPayloadBytes?: number;
  /** Surrounds every call of a handler, within its timeout and its unit of work. @defaultValue none */
  readonly middleware?: Middleware | undefined;
  /** Surrounds it together with its timeout: for what tells how calls end, also those that are cut short. @defaultValue none */
  readonly around?: Middleware | undefined;
  /** Told of what the worker does. @defaultValue nobody */
  readonly observe?: WorkerObserver | undefined;
  /** Ends what runs when the worker may wait no longer. */
  readonly interruption: Interruption;
}

/** Milliseconds that a delivery's handler may take. */
export function timeoutOf(deps: RunDependencies, { handler }: Delivery): number {
  return handler.timeoutMs ?? deps.defaults.timeoutMs;
}
