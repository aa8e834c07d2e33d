import { decodeMessage } from '../message/message';
import { destinationsOf, type Outgoing, outgoingOf, packBatches } from '../relay/pack';
import { buildRouteTable } from '../relay/route-table';
import { HANDLERS, keyOf, type PointerRow, pointTo, type World } from './world';

/** Steps of a process: at each `yield` others go on, or it dies. */
export type Steps = Generator<void, void, void>;

/** The type of every event of the model. */
export const TYPE = 'model:happened';
const RUN = '00000000-0000-0000-0000-000000000000';
const STAMP = { relayedAt: new Date(0).toISOString(), lowWater: 0 };
/** Pointers of one claim. */
const CLAIM = 3;
/** Seconds for which a pointer waits that its queue did not take. */
const PARK = 1;

const routes = buildRouteTable(
  1,
  HANDLERS.map(({ id, queue }) => ({ type: TYPE, handler: id, queue, since: 0 })),
);

/** One turn of a relay: claims pointers, sends what they stand for, commits. A death in between gives the claim back. */
export function* relayTurn(world: World, me: string): Steps {
  const claimed = [...world.outbox.values()].filter(({ claimedBy }) => claimedBy === null).slice(0, CLAIM);
  for (const row of claimed) row.claimedBy = me;
  yield;
  if (!world.protocol.sendFirst) commit();
  const refused: Outgoing[] = [];
  for (const batch of batchesOf(world, claimed)) {
    yield;
    // Taken; refused; or taken without an answer, which counts as refused.
    const answer = world.choose(4);
    if (answer !== 1) for (const { queue, body } of batch) enqueue(world, queue, body);
    if (answer === 1 || answer === 2) refused.push(...batch);
  }
  yield;
  for (const { pointer } of refused) {
    const { eventId, handler, queue } = pointer;
    world.schedule.set(`relay:${eventId}:${handler}:${queue}`, { eventId, handler, queue, dueAt: world.now + PARK });
  }
  if (world.protocol.sendFirst) commit();

  function commit(): void {
    for (const { id } of claimed) world.outbox.delete(id);
  }
}

/** What a claim sends, as the relay packs it: batches of one queue each. */
function batchesOf(world: World, claimed: readonly PointerRow[]): readonly (readonly Outgoing[])[] {
  const messages = claimed.flatMap(({ eventId, handler, queue }) => {
    const event = world.history.get(eventId);
    if (!event) return [];
    return outgoingOf(destinationsOf({ eventId, handler, queue, run: RUN }, event, routes), event, STAMP);
  });
  const queues = [...new Set(messages.map((message) => message.queue))];
  return queues.flatMap((queue) => packBatches(messages.filter((message) => message.queue === queue)));
}

function enqueue(world: World, queue: string, body: string): void {
  world.queues.get(queue)?.add({ body, visibleAt: world.now, receives: 0, receipt: 0 });
}

/** Moves what is due from the schedule into the outbox. */
export function* promotion(world: World): Steps {
  for (const [key, row] of [...world.schedule]) {
    if (row.dueAt > world.now) continue;
    world.schedule.delete(key);
    if (!world.protocol.promoteAtOnce) yield;
    pointTo(world, row);
  }
}

/** Points again to what an empty queue cannot hold, for each handler that has nothing of it. */
export function reconcile(world: World): void {
  for (const handler of HANDLERS) {
    if (world.queues.get(handler.queue)?.size !== 0) continue;
    for (const { eventId } of world.history.values()) {
      if (isKnown(world, eventId, handler)) continue;
      pointTo(world, { eventId, handler: handler.id, queue: null });
    }
  }
}

/** Whether a delivery has finished, runs, waits, is due or is dead. */
function isKnown(world: World, eventId: string, handler: { id: string; queue: string }): boolean {
  const key = keyOf(eventId, handler.id);
  const row = world.inbox.get(key);
  const isFor = (one: { eventId: string; handler: string | null; queue: string | null }) =>
    one.eventId === eventId &&
    (one.handler === null || one.handler === handler.id) &&
    (one.queue === null || one.queue === handler.queue);
  return (
    (row !== undefined && (row.lease === null || row.lease.until > world.now)) ||
    world.dead.has(key) ||
    [...world.schedule.values()].some(isFor) ||
    [...world.outbox.values()].some(isFor)
  );
}

/** What a message says. */
export interface ModelMessage {
  readonly eventId: string;
  readonly position: number;
  readonly handlers: readonly string[];
}

const read = new Map<string, ModelMessage>();

/** Reads a message as a worker does; each body once, as reading takes most of the time. */
export function readMessage(body: string): ModelMessage {
  const known = read.get(body);
  if (known) return known;
  const decoded = decodeMessage(body);
  if ('unreadable' in decoded || !('event' in decoded.message)) throw new Error('the model sends whole events');
  const { event, handlers } = decoded.message;
  const message = { eventId: event.eventId, position: event.position, handlers };
  read.set(body, message);
  return message;
}
