import type { EventContract, EventEnvelope } from '@skelly/types/event';
import { z } from 'zod';
import { EventError } from '../errors';
import type { UnitOfWork } from '../unit-of-work/unit';
import { defineHandler, type RetryPolicy, type TransactionalHandler } from './handler';

/** An event as registered handlers see it: its envelope, and the same once more as `metadata`. */
// biome-ignore lint/suspicious/noExplicitAny: whoever does not say which event it is reads its data freely
export type Event<Data = any> = EventEnvelope<Data> & {
  readonly metadata: {
    readonly eventName: string;
    readonly eventId: string;
    readonly version: number;
    readonly sourceModule: string;
    readonly correlationId: string;
    /** ISO 8601, UTC. */
    readonly timestamp: string;
  };
};

/** Acts inside Postgres by `work`, exactly once; what it does outside happens at least once. */
export type EventHandler<Data> = (event: Event<Data>, work: UnitOfWork) => unknown;

export interface EventHandlerOptions<Data> {
  /** The module that handles it. */
  readonly module: string;
  /** Names the handler for good: its inbox rows are kept by it. @defaultValue made of module and event name */
  readonly handlerId?: string;
  /** What is left out comes from `EVENT_DEFAULT_*`. */
  readonly retryPolicy?: Partial<RetryPolicy>;
  /** Milliseconds until its unit of work is revoked. @defaultValue EVENT_DEFAULT_TIMEOUT */
  readonly timeout?: number;
  /** Of the events with one key in 24 hours the first alone is handled. @defaultValue every event is */
  readonly idempotencyKey?: (event: Event<Data>) => string;
  /** Lower begins first among the handlers of one event; see `HandlerBase.priority`. @defaultValue 0 */
  readonly priority?: number;
  /** @defaultValue `main` */
  readonly queue?: string;
}

/** A handler with its options beside it, or below `options`. */
export type EventHandlerRegistration<Data> =
  | ({ readonly handler: EventHandler<Data>; readonly options?: undefined } & EventHandlerOptions<Data>)
  | { readonly handler: EventHandler<Data>; readonly options: EventHandlerOptions<Data> };

/** A module's handler, as modules export them for `bootstrapEventHandlers`. */
export type EventHandlerEntry<C extends EventContract = EventContract> =
  C extends EventContract<infer Type, infer Data>
    ? { readonly eventName: Type } & EventHandlerRegistration<Data>
    : never;

const callable = z.custom<(...given: never[]) => unknown>((value) => typeof value === 'function', 'must be a function');
const registrationSchema = z.strictObject({
  handler: callable,
  module: z.string().min(1).max(100),
  handlerId: z.string().min(1).max(200).optional(),
  retryPolicy: z
    .strictObject({
      maxAttempts: z.number().int().min(1).max(100),
      backoffMs: z.number().min(0).max(3_600_000),
      exponentialBackoff: z.boolean(),
      jitter: z.boolean(),
    })
    .partial()
    .optional(),
  timeout: z.number().min(10).max(43_200_000).optional(),
  idempotencyKey: callable.optional(),
  priority: z.number().optional(),
  queue: z.string().optional(),
});

/**
 * Makes a handler of a registration: the same as `defineHandler` makes.
 *
 * @throws EventError `handler_invalid` naming every option that is unknown or wrong.
 */
export function readRegistration(
  contract: EventContract,
  registration: EventHandlerRegistration<unknown>,
): TransactionalHandler {
  const { handler, options, ...beside } = registration;
  const parsed = registrationSchema.safeParse({ handler, ...beside, ...options });
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) =>
      [path.join('.'), message].filter(Boolean).join(': '),
    );
    throw refuse(contract, problems.join('; '));
  }
  const { module, handlerId = handlerIdOf(module, contract.type), retryPolicy, timeout, priority, queue } = parsed.data;
  const { idempotencyKey } = { ...beside, ...options };
  try {
    return defineHandler({
      id: handlerId,
      on: contract,
      async handle(event, work) {
        await handler(eventOf(event), work);
      },
      ...(idempotencyKey && { idempotencyKey: (event: EventEnvelope) => idempotencyKey(eventOf(event)) }),
      ...(retryPolicy && { retry: retryPolicy as Partial<RetryPolicy> }),
      ...(timeout !== undefined && { timeoutMs: timeout }),
      ...(priority !== undefined && { priority }),
      ...(queue !== undefined && { queue }),
    });
  } catch (error) {
    throw refuse(contract, (error as Error).message);
  }
}

function refuse({ type }: EventContract, why: string): EventError {
  return new EventError('handler_invalid', `No handler of ${type} was registered: ${why}.`);
}

/** The id of a handler that has none of its own: `customer_management` and `user:registered` give `customer-management.user-registered`. */
export function handlerIdOf(module: string, eventName: string): string {
  const word = (text: string) =>
    text
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-|-$/g, '');
  return `${word(module)}.${word(eventName)}`;
}

function eventOf<Data>(event: EventEnvelope<Data>): Event<Data> {
  const { type: eventName, eventId, version, sourceModule, correlationId, occurredAt: timestamp } = event;
  return { ...event, metadata: { eventName, eventId, version, sourceModule, correlationId, timestamp } };
}
