import type { EventContract } from '@skelly/types/event';
import { withEventContext } from '../context';
import { createRecipients, type Recipients } from '../dispatch/recipients';
import { EventError, SubscribersFailed } from '../errors';
import { composeMiddleware } from '../middleware/middleware';
import { createInterruption } from '../worker/run/interruption';
import type { BusEvent, EventOf, PatternOf, Publication } from './bus-event';
import { createDeduplication, type Deduplication, type Entry } from './deduplication';
import { type HandOutDependencies, handOut, type Subscriber } from './hand-out';
import { createStamp, makeEvent } from './make-event';
import { type BusMetrics, createBusMetrics } from './metrics';
import { type EventBusOptions, readNumbers } from './options';

/** Who wants to know of which events. */
export interface Subscription<C extends EventContract, Pattern extends PatternOf<C>> {
  /** Names the subscriber among those of its bus. */
  readonly subscriberId: string;
  /** Types, and modules as `module:*`. */
  readonly eventTypes: readonly Pattern[];
  /** Its failure is tried again, then kept from the others. */
  readonly handler: (event: EventOf<C, Pattern>) => unknown;
  /**
   * Lower comes first, within 1000 of 0: those of a lower priority have been called, and have ended that call, before the next are. Equals
   * run beside each other. @defaultValue 0
   */
  readonly priority?: number;
}

/** What became of a publication. */
export interface Published {
  readonly eventId: string;
  /** Whether everybody had handled it before: then nobody was called. */
  readonly duplicate: boolean;
}

/**
 * Publish and subscribe inside one process, by the worker's dispatcher: matching, order, middleware. Nothing outlives the process; what
 * must not be lost is emitted.
 */
export class EventBus<C extends EventContract = EventContract> {
  readonly #recipients: Recipients<Subscriber> = createRecipients();
  readonly #metrics: BusMetrics = createBusMetrics();
  readonly #deduplication: Deduplication | undefined;
  readonly #dispatch: HandOutDependencies;
  /** Whether `publish` waits for subscribers. */
  readonly #waits: boolean;
  readonly #log: EventBusOptions['log'];
  readonly #contracts: ReadonlyMap<string, EventContract> | undefined;
  readonly #now: () => Date;
  readonly #stamp = createStamp();
  readonly #maxPending: number;
  readonly #interruption = createInterruption();
  #closed = false;
  #pending = 0;
  readonly #onIdle: (() => void)[] = [];

  /** @throws EventError naming every option that is out of bounds, or none. */
  constructor(options: EventBusOptions<C> = {}) {
    const numbers = readNumbers(options);
    this.#waits = options.asyncProcessing === false;
    this.#log = options.log;
    this.#now = options.now ?? (() => new Date());
    this.#maxPending = numbers.maxPending;
    this.#deduplication =
      options.enableDeduplication === false
        ? undefined
        : createDeduplication({ ttlMs: numbers.deduplicationTtlMs, max: numbers.maxRemembered });
    this.#contracts =
      options.contracts && new Map(Object.values<EventContract>(options.contracts).map((one) => [one.type, one]));
    const { middleware = [] } = options;
    this.#dispatch = {
      middleware: middleware.length > 0 ? composeMiddleware(middleware) : undefined,
      metrics: this.#metrics,
      interruption: this.#interruption,
      policy: {
        maxAttempts: numbers.maxRetryAttempts + 1,
        backoffMs: numbers.retryDelayMs,
        exponentialBackoff: false,
        jitter: false,
      },
    };
  }

  /**
   * Subscribes from now on.
   *
   * @returns what ends it again.
   * @throws EventError when the id is taken, or a pattern or the priority is none.
   */
  subscribe<const Pattern extends PatternOf<C>>(subscription: Subscription<C, Pattern>): () => void {
    const { subscriberId: id, eventTypes, handler, priority } = subscription;
    const subscriber = { id, priority, handler: handler as Subscriber['handler'] };
    this.#recipients.add(subscriber, eventTypes);
    return () => {
      if (this.#recipients.get(id) === subscriber) this.#recipients.remove(id);
    };
  }

  /** Ends a subscription; calls under way end by themselves. @returns false when there is none of that id. */
  unsubscribe(subscriberId: string): boolean {
    return this.#recipients.remove(subscriberId);
  }

  /**
   * Hands an event to its subscribers. With `asyncProcessing` it resolves before they have ended, otherwise when all have, retries
   * included. An event is remembered by its id and its key once everybody has handled it: then it is a duplicate for the time to live.
   * When some have failed for good only those are called at its repetition. A repetition of an event in hand waits for its end.
   *
   * @throws UnknownEventTypeError, EventDataError when the bus has contracts that say so.
   * @throws EventError `bus_full` when too many events are in hand, `bus_closed` after `close`.
   * @throws SubscribersFailed without `asyncProcessing`, when all others have ended.
   */
  async publish(publication: Publication<C>): Promise<Published> {
    const now = this.#now();
    const event = makeEvent(publication as Publication<EventContract>, this.#contracts, this.#stamp(now));
    const { eventId } = event;
    let entry = this.#enter(event, now);
    while (entry instanceof Promise) {
      this.#pending += 1;
      await entry.finally(() => this.#ended());
      entry = this.#enter(event, this.#now());
    }
    if (entry === 'duplicate') {
      this.#metrics.EVENT_DUPLICATE_DETECTED += 1;
      return { eventId, duplicate: true };
    }
    this.#metrics.EVENT_PUBLISHED += 1;
    const subscribers = this.#recipients.of(event.type);
    if (subscribers.length === 0) {
      this.#metrics.EVENT_NO_SUBSCRIBERS += 1;
      if (entry) this.#deduplication?.leave(event, entry, new Set());
      return { eventId, duplicate: false };
    }
    const running =
      publication.correlationId === undefined
        ? this.#run(event, subscribers, entry)
        : withEventContext({ correlationId: event.correlationId }, () => this.#run(event, subscribers, entry));
    if (!this.#waits) return { eventId, duplicate: false };
    const failures = await running;
    if (failures.size > 0) throw new SubscribersFailed(event.type, failures);
    return { eventId, duplicate: false };
  }

  /** How often things have happened so far, by their names; a copy. */
  metrics(): Readonly<BusMetrics> {
    return { ...this.#metrics };
  }

  /** Resolves when no event is in hand. */
  idle(): Promise<void> {
    return this.#pending === 0 ? Promise.resolve() : new Promise((resolve) => this.#onIdle.push(resolve));
  }

  /** Takes no more events, gives up what waits for another try, and resolves when no event is in hand. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#interruption.fire();
    await this.idle();
  }

  /** Takes an event in hand, unless it was handled before or is in hand. */
  #enter(event: BusEvent, now: Date): ReturnType<Deduplication['enter']> | undefined {
    this.#requireRoom();
    return this.#deduplication?.enter(event, now.getTime());
  }

  #requireRoom(): void {
    if (this.#closed) throw new EventError('bus_closed', 'This bus is closed: it takes no more events.');
    if (this.#pending < this.#maxPending) return;
    throw new EventError(
      'bus_full',
      `${this.#pending} events are in hand and no more are taken: publish more slowly, or raise maxPending.`,
    );
  }

  #ended(): void {
    this.#pending -= 1;
    if (this.#pending === 0) for (const resolve of this.#onIdle.splice(0)) resolve();
  }

  /** Never rejects. */
  async #run(
    event: BusEvent,
    subscribers: readonly Subscriber[],
    entry: Entry | undefined,
  ): Promise<ReadonlyMap<string, unknown>> {
    this.#pending += 1;
    const { doneBy } = entry ?? {};
    const due = doneBy ? subscribers.filter(({ id }) => !doneBy.has(id)) : subscribers;
    const failures = await handOut(this.#dispatch, due, event);
    if (entry)
      this.#deduplication?.leave(event, entry, failures.size > 0 ? doneExcept(failures, subscribers) : undefined);
    if (failures.size > 0 && !this.#waits) {
      const { eventId, type } = event;
      this.#log?.error({ err: new SubscribersFailed(type, failures), eventId, type }, 'subscribers of a bus failed');
    }
    this.#ended();
    return failures;
  }
}

function doneExcept(failures: ReadonlyMap<string, unknown>, subscribers: readonly Subscriber[]): ReadonlySet<string> {
  return new Set(subscribers.flatMap(({ id }) => (failures.has(id) ? [] : [id])));
}
