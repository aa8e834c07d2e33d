import type { EventContract } from '@skelly/types/event';
import { createRecipients, inOrder, priorityOf } from '../dispatch/recipients';
import { EventError } from '../errors';
import { QUERY_QUEUE } from '../transport/transport';
import { DEFAULT_QUEUE, type Handler } from './handler';

/** A process' handlers, by id. */
export interface HandlerRegistry {
  get(id: string): Handler | undefined;
  /** Those of a type, in their order. */
  of(type: string): readonly Handler[];
  /** Ids of handlers in the order in which they begin; of those that it does not know nothing is said. */
  inOrder(ids: readonly string[]): readonly string[];
  readonly all: readonly Handler[];
  /** The queues that they need, without repetition. */
  readonly queues: readonly string[];
}

// SQS: 80 characters of letters, digits, hyphen and underscore, prefix and "-dlq" included.
const QUEUE_NAME = /^[A-Za-z0-9_-]{1,36}$/;

/** A registry that changes. */
export interface OpenHandlerRegistry extends HandlerRegistry {
  /**
   * @throws EventError when the id is taken, the priority out of bounds, or the queue's name one that SQS refuses.
   */
  add(handler: Handler): void;
  /** @returns whether it was there. */
  remove(id: string): boolean;
}

export function createOpenRegistry(): OpenHandlerRegistry {
  const recipients = createRecipients<Handler>();
  let prioritised = false;
  return {
    add(handler) {
      check(handler, recipients.get(handler.id));
      recipients.add(handler, [handler.on.type]);
      prioritised ||= priorityOf(handler) !== 0;
    },
    remove: (id) => recipients.remove(id),
    get: (id) => recipients.get(id),
    of: (type) => recipients.of(type),
    inOrder(ids) {
      if (!prioritised || ids.length < 2) return ids;
      return inOrder(ids.map((id) => recipients.get(id) ?? { id })).map(({ id }) => id);
    },
    get all() {
      return recipients.all;
    },
    get queues() {
      return [...new Set(recipients.all.map(queueOf))];
    },
  };
}

/**
 * @throws EventError when two handlers share an id, when one stands under another type than its own, or when its queue's
 *   name is one that SQS refuses.
 */
export function createHandlerRegistry(map: Readonly<Record<string, readonly Handler[] | undefined>>): HandlerRegistry {
  const registry = createOpenRegistry();
  for (const [type, handlers = []] of Object.entries(map)) {
    for (const handler of handlers) {
      if (handler.on.type !== type) {
        throw new EventError(
          'handler_misplaced',
          `Handler "${handler.id}" is for ${handler.on.type} but stands under ${type} in the handler map.`,
        );
      }
      registry.add(handler);
    }
  }
  return registry;
}

/** The queue that a handler's messages go to. */
export function queueOf(handler: Handler<EventContract>): string {
  return handler.queue ?? DEFAULT_QUEUE;
}

function check(handler: Handler, known: Handler | undefined): void {
  if (known) {
    throw new EventError(
      'handler_duplicate',
      `Two handlers have the id "${handler.id}". Ids name their inbox rows: give one of them another.`,
    );
  }
  const queue = queueOf(handler);
  if (handler.rateLimit && queue === DEFAULT_QUEUE) {
    throw new EventError(
      'rate_limit_on_main',
      `Handler "${handler.id}" has a rate limit and no queue of its own: what waits for it would delay others. Give it one, such as queue: 'mail'.`,
    );
  }
  if (queue === QUERY_QUEUE) {
    throw new EventError(
      'queue_reserved',
      `Handler "${handler.id}" asks for the queue "${QUERY_QUEUE}", which is for questions and forgets within a minute: take another.`,
    );
  }
  if (!QUEUE_NAME.test(queue)) {
    throw new EventError(
      'queue_name_invalid',
      `Handler "${handler.id}" asks for the queue "${queue}": use 1 to 36 letters, digits, hyphens or underscores.`,
    );
  }
}
