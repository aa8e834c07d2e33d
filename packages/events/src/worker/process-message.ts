import { type Database, eventHistory } from '@skelly/db';
import type { EventContract, EventEnvelope } from '@skelly/types/event';
import { eq } from 'drizzle-orm';
import type { HandlerRegistry } from '../handlers/registry';
import { decodeMessage, type EventMessage } from '../message/message';
import type { QueueMarks } from '../reconcile/queue-marks';
import type { ReceivedMessage } from '../transport/transport';
import { currentData } from '../upcast';
import type { Delivery, DeliveryOutcome } from './delivery';
import { buryDelivery, buryMessage, park } from './failures';
import { type RunDependencies, runDelivery } from './run-delivery';

/** How long a delivery waits for a worker that knows its handler or version, in milliseconds. */
const PARK_MS = 30_000;

/** What happened to each handler of a message. `unreadable`: there were none, and the message is a dead letter. */
export type MessageOutcome = ReadonlyMap<string, DeliveryOutcome> | 'unreadable';

/**
 * Does all that a message asks for. When it returns, the message may be deleted: each handler has finished, or waits in
 * Postgres, or is a dead letter.
 *
 * @throws DeliveryInterrupted when Postgres could not be used: the message must come back.
 */
export async function processMessage(
  deps: RunDependencies & { readonly registry: HandlerRegistry; readonly marks: QueueMarks },
  received: { readonly queue: string; readonly message: ReceivedMessage; readonly receivedAt: Date },
): Promise<MessageOutcome> {
  const { queue, message } = received;
  const decoded = decodeMessage(message.body);
  if ('unreadable' in decoded) {
    const { reason, detail } = decoded.unreadable;
    await buryMessage(
      deps.database,
      { queue, messageId: message.messageId, body: message.body },
      { reason, error: detail },
    );
    return 'unreadable';
  }
  deps.marks.delivered(queue, decoded.message.lowWater);
  const event = await eventOf(deps.database, decoded.message);
  if (!event) {
    const error = 'The message refers to an event that history does not have.';
    await buryMessage(
      deps.database,
      { queue, messageId: message.messageId, body: message.body },
      { reason: 'event_gone', error },
    );
    return 'unreadable';
  }
  const outcomes = new Map<string, DeliveryOutcome>();
  for (const handlerId of decoded.message.handlers) {
    outcomes.set(handlerId, await deliver(deps, received, decoded.message, event, handlerId));
  }
  return outcomes;
}

async function eventOf(database: Database, message: EventMessage): Promise<EventEnvelope | undefined> {
  if ('event' in message) return message.event;
  const [row] = await database.queries
    .select()
    .from(eventHistory)
    .where(eq(eventHistory.eventId, message.reference.eventId));
  return row && { ...row, occurredAt: row.occurredAt.toISOString() };
}

async function deliver(
  deps: RunDependencies & { readonly registry: HandlerRegistry },
  { queue, receivedAt }: { readonly queue: string; readonly receivedAt: Date },
  { run, relayedAt }: EventMessage,
  event: EventEnvelope,
  handlerId: string,
): Promise<DeliveryOutcome> {
  const handler = deps.registry.get(handlerId);
  const address = { eventId: event.eventId, handler: handlerId, run };
  if (!handler || handler.on.type !== event.type) {
    await park(deps.database, address, { delayMs: PARK_MS, reason: 'this worker does not know the handler' });
    return 'parked';
  }
  if (event.version > handler.on.version) {
    await park(deps.database, address, {
      delayMs: PARK_MS,
      reason: `this worker knows version ${handler.on.version}, the event has ${event.version}`,
    });
    return 'parked';
  }
  const upcast = currentVersion(handler.on, event);
  if ('invalid' in upcast) {
    await buryDelivery(
      deps.database,
      { ...address, queue, type: event.type },
      { reason: 'data_invalid', error: upcast.invalid },
    );
    return 'dead';
  }
  const delivery: Delivery = { event: upcast.event, handler, run, queue, relayedAt, receivedAt };
  return runDelivery(deps, delivery);
}

/** The event as its contract has it today, brought along from older versions and checked. */
function currentVersion(contract: EventContract, event: EventEnvelope): { event: EventEnvelope } | { invalid: string } {
  const current = currentData(contract, event);
  return 'invalid' in current ? current : { event: { ...event, version: contract.version, data: current.data } };
}
