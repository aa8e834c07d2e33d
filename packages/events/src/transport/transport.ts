/** A message as a queue delivered it. */
export interface ReceivedMessage {
  readonly messageId: string;
  /** Names this delivery; deleting and changing visibility need it. */
  readonly receipt: string;
  readonly body: string;
  /** How often it has been delivered, this time included. */
  readonly receiveCount: number;
}

export interface QueueDepth {
  /** Ready to be received. */
  readonly visible: number;
  /** Received and not yet deleted. */
  readonly inFlight: number;
  readonly delayed: number;
}

/** Why a queue did not take an entry; undefined when it did. */
export type SendOutcome = { readonly code: string; readonly message: string } | undefined;

/**
 * The port to the queues: SQS's promises and no more. At least once, in no order, and counts are approximate.
 * Queues are named without the prefix; each but `query` has a dead-letter queue, `{queue}-dlq`.
 */
export interface QueueTransport {
  /** Creates the queue and its dead-letter queue where they are missing, and corrects their settings. Safe for several at once. */
  ensureQueue(queue: string): Promise<void>;
  /**
   * Sends up to {@link MAX_BATCH_ENTRIES} bodies of together up to {@link MAX_BATCH_BYTES} bytes.
   *
   * @returns an outcome for each body, in their order.
   * @throws when nothing is known of any of them.
   */
  send(queue: string, bodies: readonly string[], signal?: AbortSignal): Promise<readonly SendOutcome[]>;
  /** Waits up to `waitSeconds` for at least one message; up to ten come at once. An aborted wait may still take messages, which come back later. */
  receive(
    queue: string,
    options: { waitSeconds: number; max?: number; signal?: AbortSignal },
  ): Promise<readonly ReceivedMessage[]>;
  /** Deletes deliveries, any number. A receipt that is unknown or used up counts as deleted. */
  delete(queue: string, receipts: readonly string[]): Promise<void>;
  /** Hides deliveries for `seconds` from now, any number; 0 gives them back at once. Receipts that are used up are ignored. */
  changeVisibility(queue: string, receipts: readonly string[], seconds: number): Promise<void>;
  depth(queue: string): Promise<QueueDepth>;
  /** Names of the queues that there are, dead-letter queues too; 10,000 at most. Unlike the others it never makes one. */
  list(): Promise<readonly string[]>;
  /** Deletes every message, those in flight too. On AWS once a minute, and what is sent meanwhile may go as well. */
  purge(queue: string): Promise<void>;
  close(): void;
}

/** The queue of questions, which is no handler's: it forgets soon, and has no dead-letter queue. */
export const QUERY_QUEUE = 'query';
/** Seconds for which it keeps a question, SQS's shortest. */
export const QUESTION_KEPT_SECONDS = 60;
/** Seconds until a question comes to another worker when the one that held it has died. */
export const QUESTION_HIDDEN_SECONDS = 5;

export const MAX_BATCH_ENTRIES = 10;
/** How often a message may be received; after that its queue moves it to the dead-letter queue. */
export const MAX_RECEIVE_COUNT = 5;
/** AWS takes 1 MiB; servers before August 2025 took 256 KiB, for a message and for a batch. */
export const MAX_BATCH_BYTES = 262_144;
/** The longest message in bytes; a larger event travels as a reference to its history row. */
export const MAX_MESSAGE_BYTES = 204_800;

/** The dead-letter queue of a queue. */
export function deadLetterQueue(queue: string): string {
  return `${queue}-dlq`;
}
