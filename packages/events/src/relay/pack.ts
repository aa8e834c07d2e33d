import { encodeEvent, encodeMessage, encodeReference, type MessageHead, type StoredEvent } from '../message/message';
import { isRecorded } from '../traceparent';
import { MAX_BATCH_BYTES, MAX_BATCH_ENTRIES, MAX_MESSAGE_BYTES } from '../transport/transport';
import type { Pointer } from './claim';
import { handlersAt, type RouteTable } from './route-table';

/** One message for one queue, and what becomes a pointer again if the queue does not take it. */
export interface Outgoing {
  readonly queue: string;
  readonly body: string;
  readonly bytes: number;
  readonly pointer: Pointer;
  /** What its event was emitted by; null when that is not traced, or the event is too large to have been read. */
  readonly traced: { readonly type: string; readonly traceparent: string } | null;
}

/** A queue that a pointer's event goes to, and for which handlers. */
export interface Destination {
  readonly queue: string;
  readonly handlers: readonly string[];
  readonly pointer: Pointer;
}

/**
 * Where a pointer's event goes: to each queue with handlers for it. A pointer for one handler goes to it alone, whenever
 * that was registered; otherwise an event goes to the handlers that were registered before it. An event without a route
 * goes nowhere, and so does a pointer for a handler whose route has ended. When the handlers that a queue had have moved
 * from it, a pointer for that queue is for all of the event's: which of them it was for is not known any more.
 */
export function destinationsOf(
  pointer: Pointer,
  event: { readonly type: string; readonly position: number },
  routes: RouteTable,
): readonly Destination[] {
  const { eventId, run, handler, queue } = pointer;
  const ways = routes.of(event.type);
  if (handler !== null) {
    const way = ways.find(({ handlers }) => handlers.includes(handler));
    return way ? [{ queue: way.queue, handlers: [handler], pointer: { eventId, run, handler, queue: null } }] : [];
  }
  const own = queue === null ? ways : ways.filter((way) => way.queue === queue);
  const destinations: Destination[] = [];
  for (const way of own.length > 0 ? own : ways) {
    const handlers = handlersAt(way, event.position);
    if (handlers.length > 0)
      destinations.push({ queue: way.queue, handlers, pointer: { eventId, run, handler: null, queue: way.queue } });
  }
  return destinations;
}

/** The messages to several destinations: the event's text is made once; a large event travels as a reference to its history row. */
export function outgoingOf(
  destinations: readonly Destination[],
  event: StoredEvent | 'too large',
  stamp: Pick<MessageHead, 'relayedAt' | 'lowWater'>,
): readonly Outgoing[] {
  const text = event === 'too large' ? undefined : encodeEvent(event);
  const traced = event === 'too large' ? null : tracedOf(event);
  return destinations.map(({ queue, handlers, pointer }) => {
    const head = { handlers, run: pointer.run, relayedAt: stamp.relayedAt, lowWater: stamp.lowWater };
    const whole = text === undefined ? undefined : encodeMessage(head, text);
    const bytes = whole === undefined ? Number.POSITIVE_INFINITY : Buffer.byteLength(whole);
    if (whole !== undefined && bytes <= MAX_MESSAGE_BYTES) return { queue, body: whole, bytes, pointer, traced };
    const body = encodeReference(head, pointer.eventId);
    return { queue, body, bytes: Buffer.byteLength(body), pointer, traced };
  });
}

function tracedOf({ type, traceparent }: StoredEvent): Outgoing['traced'] {
  return isRecorded(traceparent) ? { type, traceparent } : null;
}

/** Splits messages of one queue into batches within SQS's bounds of count and bytes. */
export function packBatches(messages: readonly Outgoing[]): readonly (readonly Outgoing[])[] {
  const batches: Outgoing[][] = [];
  let batch: Outgoing[] = [];
  let bytes = 0;
  for (const message of messages) {
    if (batch.length === 0 || batch.length === MAX_BATCH_ENTRIES || bytes + message.bytes > MAX_BATCH_BYTES) {
      batch = [];
      bytes = 0;
      batches.push(batch);
    }
    batch.push(message);
    bytes += message.bytes;
  }
  return batches;
}
