import { encodeMessage, encodeReference } from '../message/message';
import type { RouteTable } from '../routes/routes';
import { MAX_BATCH_BYTES, MAX_BATCH_ENTRIES, MAX_MESSAGE_BYTES } from '../transport/transport';
import type { ClaimedPointer } from './claim';

/** One message for one queue, and what becomes a pointer again if the queue does not take it. */
export interface Outgoing {
  readonly queue: string;
  readonly body: string;
  readonly pointer: {
    readonly eventId: string;
    readonly run: string;
    readonly handler: string | null;
    readonly queue: string | null;
  };
}

/**
 * The messages that a pointer stands for: one for each queue with handlers for it. An event without a route has none,
 * and so has a pointer for a handler whose route has ended.
 */
export function outgoingOf(
  pointer: ClaimedPointer,
  routes: RouteTable,
  stamp: { readonly relayedAt: string; readonly lowWater: number },
): readonly Outgoing[] {
  const { event, run } = pointer;
  if (!event) return [];
  const messages: Outgoing[] = [];
  for (const [queue, routed] of routes.get(event.type) ?? []) {
    if (pointer.queue !== null && pointer.queue !== queue) continue;
    const handlers = pointer.handler === null ? routed : routed.filter((handler) => handler === pointer.handler);
    if (handlers.length === 0) continue;
    const body = encodeMessage({ handlers, run, ...stamp, event });
    messages.push({
      queue,
      body:
        Buffer.byteLength(body) <= MAX_MESSAGE_BYTES
          ? body
          : encodeReference({ handlers, run, ...stamp, eventId: event.eventId }),
      pointer: {
        eventId: event.eventId,
        run,
        handler: pointer.handler,
        queue: pointer.handler === null ? queue : null,
      },
    });
  }
  return messages;
}

/** Splits messages into batches of one queue each, within SQS's bounds of count and bytes. */
export function packBatches(messages: readonly Outgoing[]): readonly (readonly Outgoing[])[] {
  const batches: Outgoing[][] = [];
  const open = new Map<string, { batch: Outgoing[]; bytes: number }>();
  for (const message of messages) {
    const size = Buffer.byteLength(message.body);
    let current = open.get(message.queue);
    if (!current || current.batch.length === MAX_BATCH_ENTRIES || current.bytes + size > MAX_BATCH_BYTES) {
      current = { batch: [], bytes: 0 };
      open.set(message.queue, current);
      batches.push(current.batch);
    }
    current.batch.push(message);
    current.bytes += size;
  }
  return batches;
}
