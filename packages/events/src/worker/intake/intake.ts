import { type Database, eventHistory } from '@skelly/db';
import type { EventEnvelope } from '@skelly/types/event';
import { eq } from 'drizzle-orm';
import type { Handler } from '../../handlers/handler';
import type { HandlerRegistry } from '../../handlers/registry';
import type { EventMessage } from '../../message/message';
import { quickDecode } from '../../message/quick-decode';
import type { ReceivedMessage } from '../../transport/transport';
import { queryByIndex } from '../../unit-of-work/round-trip';
import { currentData } from '../../upcast';
import type { Delivery, DeliveryKey } from '../run/delivery';

/** A message as its queue brought it. */
export interface Received {
  readonly queue: string;
  readonly message: ReceivedMessage;
  readonly receivedAt: Date;
}

/** One handler of a message: to be run, or why it cannot be. */
export type Assignment =
  | { readonly run: Delivery }
  | { readonly park: DeliveryKey; readonly delayMs: number; readonly reason: string }
  | { readonly bury: Delivery; readonly error: string };

/** What a message asks for. */
export type Intake =
  | { readonly message: EventMessage; readonly assignments: readonly Assignment[] }
  | { readonly message: EventMessage; readonly reference: string }
  | { readonly unreadable: { readonly reason: string; readonly detail: string } };

/** How long a delivery waits for a worker that knows its handler or version: at least, and at most, in milliseconds. */
const PARK_MS = { least: 2_000, most: 600_000 };

/**
 * How long a delivery waits for a worker that knows it: as long as its event is old, so that a deploy that is under way costs seconds, and
 * a handler that is gone for good costs next to nothing.
 */
export function decideParkMs(ageMs: number): number {
  return Math.min(Math.max(ageMs, PARK_MS.least), PARK_MS.most);
}

/** Reads a message and assigns its event to the handlers that it lists; a reference has to be loaded first. No I/O, never throws. */
export function takeIn(registry: HandlerRegistry, received: Received): Intake {
  const decoded = quickDecode(received.message.body);
  if ('unreadable' in decoded) return decoded;
  const { message } = decoded;
  if ('event' in message) return { message, assignments: assign(registry, received, message, message.event) };
  return { message, reference: message.reference.eventId };
}

/** Assigns an event to the handlers that a message lists, in their order. */
export function assign(
  registry: HandlerRegistry,
  received: Received,
  message: EventMessage,
  event: EventEnvelope,
): readonly Assignment[] {
  return registry.inOrder(message.handlers).map((id) => assignOne(registry.get(id), received, message, event, id));
}

/** Assigns an event to one handler, which may be unknown here. */
export function assignOne(
  handler: Handler | undefined,
  { queue, receivedAt }: Pick<Received, 'queue' | 'receivedAt'>,
  { run, relayedAt }: Pick<EventMessage, 'run' | 'relayedAt'>,
  event: EventEnvelope,
  id: string,
): Assignment {
  const key = { eventId: event.eventId, handler: id, run };
  const delayMs = decideParkMs(receivedAt.getTime() - Date.parse(event.occurredAt));
  if (!handler || handler.on.type !== event.type)
    return { park: key, delayMs, reason: 'this worker does not know the handler' };
  if (event.version > handler.on.version) {
    const reason = `this worker knows version ${handler.on.version}, the event has ${event.version}`;
    return { park: key, delayMs, reason };
  }
  const current = currentData(handler.on, event);
  if ('invalid' in current) {
    return { bury: { event, handler, run, queue, relayedAt, receivedAt }, error: current.invalid };
  }
  const { data } = current;
  const upcast = Object.assign({}, event, { version: handler.on.version, data });
  return { run: { event: upcast, handler, run, queue, relayedAt, receivedAt } };
}

/** The event that a reference stands for; undefined when history no longer has it. */
export async function loadReference(database: Database, eventId: string): Promise<EventEnvelope | undefined> {
  const [row] = await database.queries.select().from(eventHistory).where(eq(eventHistory.eventId, eventId));
  return row && { ...row, occurredAt: row.occurredAt.toISOString() };
}

/** Whether history has an event. */
export async function historyHas(database: Database, eventId: string): Promise<boolean> {
  const { rowCount } = await queryByIndex(database.pool, {
    name: 'history-has',
    text: 'select from event_history where event_id = $1',
    values: [eventId],
  });
  return rowCount === 1;
}
