import type { EventContract, EventData, EventEnvelope } from '@skelly/types/event';
import type { UnitOfWork } from '../unit-of-work/unit';

/** How often and how soon a handler is tried again. What is left out comes from `EVENT_DEFAULT_*`. */
export interface RetryPolicy {
  /** Tries in all, the first included. @defaultValue 3 */
  readonly maxAttempts: number;
  /** Milliseconds before the second try. @defaultValue 1000 */
  readonly backoffMs: number;
  /** Whether each pause is twice the one before. @defaultValue true */
  readonly exponentialBackoff: boolean;
  /** Whether a pause is drawn evenly from 0 to its length, so that failures do not come back together. @defaultValue true */
  readonly jitter: boolean;
}

/**
 * How many calls of a handler all workers together make at most in a window. It opens with a first call and ends `perSeconds` later; the
 * next opens with the next call, so that around the end of one the calls of two may come close together. Whose other side counts by
 * a window that slides gives it half of its calls.
 */
export interface RateLimit {
  /** Calls of one window, tries that fail included; each event of a batch is one. 1 to {@link MAX_RATE_LIMIT_CALLS}. */
  readonly calls: number;
  /** Whole seconds, 1 to 86400. */
  readonly perSeconds: number;
}

/** Calls of one window of a rate limit at most; beyond it nobody needs one. */
export const MAX_RATE_LIMIT_CALLS = 1_000_000;

interface HandlerBase<C extends EventContract> {
  /** Names the handler for good: its inbox rows are kept by it. `feature.what-it-does`, letters, digits, dot and hyphen. */
  readonly id: string;
  readonly on: C;
  /** A queue of its own for what is slow, rate-limited or external. @defaultValue `main` */
  readonly queue?: string;
  /** Milliseconds until its unit of work is revoked. @defaultValue EVENT_DEFAULT_TIMEOUT */
  readonly timeoutMs?: number;
  readonly retry?: Partial<RetryPolicy>;
  /**
   * Runs of it at once in one process, so that a slow handler takes no more; 1 to {@link MAX_CONCURRENCY}. Those right after a commit
   * (EVENT_IMMEDIATE_PROCESSING) come on top. One that acts inside Postgres gets lanes of its own by it, and shares no transactions with
   * other handlers.
   * @defaultValue the worker's for effects, 2 for batch handlers; other handlers share the worker's lanes
   */
  readonly concurrency?: number;
  /**
   * Lower begins first, within 1000 of 0, among the handlers of one event that share the worker's lanes; a retry or a queue of its own
   * takes it out of that order. @defaultValue 0
   */
  readonly priority?: number;
  /**
   * Keeps it within what the other side allows. What comes beyond it waits in Postgres, uncharged and in line, and comes back
   * evenly. Needs a `queue` of its own, so that what waits delays no others. @defaultValue none
   */
  readonly rateLimit?: RateLimit;
}

/** Runs of one handler at once in one process, at most. */
export const MAX_CONCURRENCY = 1_000;

/** Acts inside Postgres: its state, events and pushes commit with the row that says it has run, so exactly once. */
export interface TransactionalHandler<C extends EventContract = EventContract> extends HandlerBase<C> {
  readonly kind: 'handle';
  /**
   * Names what the event is about for this handler: of the events with one key in 24 hours it is called for the first alone. Kept in
   * `idempotency_record`, in the handler's own transaction. 1 to 200 characters. @defaultValue every event is handled
   */
  readonly idempotencyKey?: (event: EventEnvelope<EventData<C>>) => string;
  readonly handle: (event: EventEnvelope<EventData<C>>, work: UnitOfWork) => Promise<void>;
}

/**
 * Acts outside Postgres: at least once, never two at a time. `key` is the same for every try of one event, so that the
 * other side can recognise a repetition. `signal` aborts at the timeout.
 */
export interface EffectHandler<C extends EventContract = EventContract> extends HandlerBase<C> {
  readonly kind: 'effect';
  readonly effect: (event: EventEnvelope<EventData<C>>, key: string, signal: AbortSignal) => Promise<void>;
}

/**
 * Acts inside Postgres for several events of its type at once: one unit of work, so what it does for all of them, and the
 * rows that say it has run for each, commit together, exactly once for each event. What only some events' fault is, it
 * says by throwing {@link BatchFailure}.
 */
export interface BatchHandler<C extends EventContract = EventContract> extends HandlerBase<C> {
  readonly kind: 'batch';
  /** Events of one call at most, 1 to {@link MAX_BATCH_SIZE}; what waits decides, so a call may bring one. */
  readonly batchSize: number;
  /**
   * `events` has at least one, each once, in position order. What it emits for one of them names it as the cause by the
   * options `causationId` and `correlationId`; without them only a batch of one is a cause.
   */
  readonly handle: (events: readonly EventEnvelope<EventData<C>>[], work: UnitOfWork) => Promise<void>;
}

export type Handler<C extends EventContract = EventContract> =
  | TransactionalHandler<C>
  | EffectHandler<C>
  | BatchHandler<C>;

/** Events of one call of a batch handler at most: its transaction holds their locks for as long as it runs. */
export const MAX_BATCH_SIZE = 1_000;

/** The queue of handlers that do not name one. */
export const DEFAULT_QUEUE = 'main';

/** Seconds of a window at most: a day. */
const MAX_RATE_LIMIT_SECONDS = 86_400;

const HANDLER_ID = /^[a-z0-9]+([.-][a-z0-9]+)*$/;

/** Declares a handler that acts inside Postgres. @throws Error when its id is not well formed. */
export function defineHandler<C extends EventContract>(
  handler: Omit<TransactionalHandler<C>, 'kind'>,
): TransactionalHandler<C> {
  return { ...checked(handler), kind: 'handle' };
}

/**
 * Declares a handler that acts inside Postgres for several events in one call.
 *
 * @throws Error when its id is not well formed or its batch size out of bounds.
 */
export function defineBatchHandler<C extends EventContract>(handler: Omit<BatchHandler<C>, 'kind'>): BatchHandler<C> {
  const { batchSize } = handler;
  if (!Number.isInteger(batchSize) || batchSize < 1 || batchSize > MAX_BATCH_SIZE)
    throw new Error(`Handler "${handler.id}": batchSize must be 1 to ${MAX_BATCH_SIZE}; got ${batchSize}.`);
  return { ...checked(handler), kind: 'batch' };
}

/**
 * Declares a handler that acts on the outside through a port: a mailer, a chain, somebody's API.
 *
 * @throws Error when its id is not well formed.
 */
export function defineEffect<C extends EventContract, Port>(
  definition: HandlerBase<C> & {
    readonly port: Port;
    readonly effect: (
      event: EventEnvelope<EventData<C>>,
      port: Port,
      key: string,
      signal: AbortSignal,
    ) => Promise<void>;
  },
): EffectHandler<C> {
  const { port, effect, ...rest } = definition;
  return {
    ...checked(rest),
    kind: 'effect',
    effect: (event, key, signal) => effect(event, port, key, signal),
  };
}

function checked<H extends { readonly id: string; readonly concurrency?: number; readonly rateLimit?: RateLimit }>(
  handler: H,
): H {
  const { id, concurrency = 1, rateLimit } = handler;
  if (!HANDLER_ID.test(id))
    throw new Error(
      `Handler id "${id}" must be lower-case words joined by dots or hyphens, such as notification.welcome.`,
    );
  if (!Number.isInteger(concurrency) || concurrency < 1 || concurrency > MAX_CONCURRENCY)
    throw new Error(`Handler "${id}": concurrency must be 1 to ${MAX_CONCURRENCY}; got ${concurrency}.`);
  if (rateLimit) checkRateLimit(id, rateLimit);
  return handler;
}

function checkRateLimit(id: string, { calls, perSeconds }: RateLimit): void {
  if (!Number.isInteger(calls) || calls < 1 || calls > MAX_RATE_LIMIT_CALLS)
    throw new Error(`Handler "${id}": rateLimit.calls must be 1 to ${MAX_RATE_LIMIT_CALLS}; got ${calls}.`);
  if (!Number.isInteger(perSeconds) || perSeconds < 1 || perSeconds > MAX_RATE_LIMIT_SECONDS)
    throw new Error(
      `Handler "${id}": rateLimit.perSeconds must be 1 to ${MAX_RATE_LIMIT_SECONDS}, whole; got ${perSeconds}.`,
    );
}

/**
 * Every contract's handlers, by its type. A contract whose handling is required and has none here does not compile, nor does one that is
 * never handled and has some.
 */
export type HandlerMap<Catalog extends Record<string, EventContract>> = {
  readonly [Name in keyof Catalog as Catalog[Name]['handled'] extends 'required'
    ? Catalog[Name]['type']
    : never]: readonly [Handler<Catalog[Name]>, ...Handler<Catalog[Name]>[]];
} & {
  readonly [Name in keyof Catalog as Catalog[Name]['handled'] extends 'optional'
    ? Catalog[Name]['type']
    : never]?: readonly Handler<Catalog[Name]>[];
};
