import type { QueryFailure } from './query/errors';
import type { DeliveryOutcome } from './worker/run/delivery';

// What the backbone tells whoever counts: metrics, usually. Called where it is busiest, so an observer only counts; it must not throw.

/** Told of what a process emits. */
export interface EmitObserver {
  /** An event has committed. */
  emitted(type: string): void;
}

/** Told of what a relay does. */
export interface RelayObserver extends EmitObserver {
  /** A queue took messages. */
  relayed(queue: string, messages: number): void;
  /** A queue did not take messages; they wait, or stay in the outbox. */
  refused(queue: string, messages: number): void;
  /** Deliveries were found lost, and are sent again. */
  lost(queue: string, deliveries: number): void;
  /** SQS gave messages up, which their workers never finished; they are dead letters now. */
  gaveUp(queue: string, messages: number): void;
}

/** A message of a batch that SQS was asked to take, for whoever traces. */
export interface SentMessage {
  readonly queue: string;
  readonly eventId: string;
  readonly type: string;
  /** W3C Trace Context of what emitted its event; this one is recorded. */
  readonly traceparent: string;
}

/** Told of messages whose trace is recorded, once SQS has answered. Times in milliseconds since 1970. @param refused - why, if it was not taken */
export type TraceSent = (message: SentMessage, startedAt: number, refused: string | undefined) => void;

export type BreakerState = 'closed' | 'half-open' | 'open';

/** In the place of a handler's id where a message has none that this worker knows. */
export const NO_HANDLER = 'none';

/** Told of what a worker does. */
export interface WorkerObserver extends EmitObserver {
  /** A queue delivered a message. */
  received(queue: string): void;
  /** A handler was called, with one event or with a batch. Its transaction may still fail to commit. */
  called(handler: string, ms: number, outcome: 'ok' | 'error'): void;
  /** A try was charged to its handler. */
  failed(handler: string): void;
  /** A delivery has ended. The handler is {@link NO_HANDLER} where the worker does not know it. */
  ended(handler: string, outcome: DeliveryOutcome): void;
  breaker(handler: string, state: BreakerState): void;
}

/** Told of the questions that a process asks. */
export interface AskObserver {
  /** A question was answered, or was not: then why; `failed` where it was no {@link QueryFailure}, as when the database was away. @param ms - that were waited */
  asked(query: string, ms: number, outcome: 'answered' | 'failed' | QueryFailure): void;
  /** An answer came when nobody waited for it any more. */
  answerDropped(): void;
}

/** In the place of a query's type where a message has none that this worker answers. */
export const NO_QUERY = 'none';

/** Told of the questions that a worker takes. */
export interface AnswerObserver {
  /**
   * `failed`: the answer says that there is none. `late`: nobody waits any more. `unreadable`: a message that is no question. The query is
   * {@link NO_QUERY} where this worker does not answer it.
   */
  taken(query: string, outcome: 'answered' | 'failed' | 'late' | 'unreadable'): void;
}
