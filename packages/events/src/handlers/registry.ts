import type { EventContract } from '@skelly/types/event';
import { EventError } from '../errors';
import { DEFAULT_QUEUE, type Handler } from './handler';

/** A process' handlers, by id. */
export interface HandlerRegistry {
  get(id: string): Handler | undefined;
  readonly all: readonly Handler[];
  /** The queues that they need, without repetition. */
  readonly queues: readonly string[];
}

// SQS: 80 characters of letters, digits, hyphen and underscore, prefix and "-dlq" included.
const QUEUE_NAME = /^[A-Za-z0-9_-]{1,36}$/;

/**
 * @throws EventError when two handlers share an id, when one stands under another type than its own, or when its queue's
 *   name is one that SQS refuses.
 */
export function createHandlerRegistry(map: Readonly<Record<string, readonly Handler[] | undefined>>): HandlerRegistry {
  const byId = new Map<string, Handler>();
  for (const [type, handlers = []] of Object.entries(map)) {
    for (const handler of handlers) {
      check(handler, type, byId);
      byId.set(handler.id, handler);
    }
  }
  const all = [...byId.values()];
  return { get: (id) => byId.get(id), all, queues: [...new Set(all.map(queueOf))] };
}

/** The queue that a handler's messages go to. */
export function queueOf(handler: Handler<EventContract>): string {
  return handler.queue ?? DEFAULT_QUEUE;
}

function check(handler: Handler, type: string, known: ReadonlyMap<string, Handler>): void {
  if (known.has(handler.id)) {
    throw new EventError(
      'handler_duplicate',
      `Two handlers have the id "${handler.id}". Ids name their inbox rows: give one of them another.`,
    );
  }
  if (handler.on.type !== type) {
    throw new EventError(
      'handler_misplaced',
      `Handler "${handler.id}" is for ${handler.on.type} but stands under ${type} in the handler map.`,
    );
  }
  const queue = queueOf(handler);
  if (!QUEUE_NAME.test(queue)) {
    throw new EventError(
      'queue_name_invalid',
      `Handler "${handler.id}" asks for the queue "${queue}": use 1 to 36 letters, digits, hyphens or underscores.`,
    );
  }
}
