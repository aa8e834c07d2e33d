import { NonRetriable } from '../errors';
import type { RetryPolicy } from '../handlers/handler';
import { decideRetry } from '../handlers/retry';
import { decideOrder } from '../worker/record/order';
import { readMessage, type Steps } from './relay';
import { doneOf, HANDLERS, hasFinished, keyOf, type ModelHandler, type QueuedMessage, type World } from './world';

/** Seconds. */
const VISIBILITY = 3;
const EFFECT_TIMEOUT = 2;
const LEASE = 4;
/** Seconds until what waits for an earlier event looks again. */
const WAIT = 2;
/** Receives after which a message goes to the dead letters. */
const MAX_RECEIVES = 5;
const POLICY: RetryPolicy = { maxAttempts: 3, backoffMs: 1_000, exponentialBackoff: true, jitter: true };

/** One event for one handler. */
interface ModelDelivery {
  readonly key: string;
  readonly eventId: string;
  readonly position: number;
  readonly handler: ModelHandler;
}

/** One turn of a worker: receives a message, does what it asks for, deletes it. */
export function* workerTurn(world: World, me: string): Steps {
  const delivered = receive(world);
  if (!delivered) return;
  const { queue, message, receipt } = delivered;
  if (!world.protocol.ackLast) queue.delete(message);
  const { eventId, position, handlers } = readMessage(message.body);
  for (const id of handlers) {
    yield;
    const handler = HANDLERS.find((one) => one.id === id) as ModelHandler;
    const delivery = { key: keyOf(eventId, id), eventId, position, handler };
    if (!isDue(world, delivery.key)) continue;
    if (handler.kind === 'effect') yield* runEffect(world, me, delivery);
    else yield* runTransaction(world, me, delivery);
  }
  yield;
  // Only the last receipt deletes.
  if (message.receipt === receipt) queue.delete(message);
}

/** Takes any visible message: queues keep no order. What has come too often is dead. */
function receive(world: World): { queue: Set<QueuedMessage>; message: QueuedMessage; receipt: number } | undefined {
  const visible = [...world.queues.values()].flatMap((queue) =>
    [...queue].filter(({ visibleAt }) => visibleAt <= world.now).map((message) => ({ queue, message })),
  );
  if (visible.length === 0) return undefined;
  const { queue, message } = visible[world.choose(visible.length)] as (typeof visible)[number];
  if (message.receives === MAX_RECEIVES) {
    queue.delete(message);
    const { eventId, handlers } = readMessage(message.body);
    for (const id of handlers) bury(world, keyOf(eventId, id), 'received too often');
    return undefined;
  }
  message.receives += 1;
  message.receipt += 1;
  message.visibleAt = world.now + VISIBILITY;
  return { queue, message, receipt: message.receipt };
}

function bury(world: World, key: string, reason: string): void {
  if (!hasFinished(world, key)) world.dead.set(key, reason);
}

function isDue(world: World, key: string): boolean {
  if (!world.protocol.inbox) return true;
  const waits = (world.schedule.get(key)?.dueAt ?? 0) > world.now;
  return !hasFinished(world, key) && !waits && !world.dead.has(key);
}

/** Whether an earlier event of the subject is unfinished for the handler. Every event of the model has one subject. */
function isBlocked(world: World, { position, handler }: ModelDelivery): boolean {
  if (!handler.ordered || !world.protocol.order) return false;
  const unfinished = [...world.history.values()]
    .filter(
      ({ eventId }) => !hasFinished(world, keyOf(eventId, handler.id)) && !world.dead.has(keyOf(eventId, handler.id)),
    )
    .map((event) => event.position);
  return decideOrder([position], unfinished) === 0;
}

function waitUntil(world: World, { key, eventId, handler }: ModelDelivery, dueAt: number): void {
  world.schedule.set(key, { eventId, handler: handler.id, queue: null, dueAt });
}

function* runTransaction(world: World, me: string, delivery: ModelDelivery): Steps {
  const { key, handler, position } = delivery;
  if (isBlocked(world, delivery)) return waitUntil(world, delivery, world.now + WAIT);
  yield;
  if (world.choose(5) === 1) return yield* charge(world, me, delivery);
  // State and inbox row commit together, or the row is there and neither does.
  if (world.protocol.inbox && world.inbox.has(key)) return;
  if (world.protocol.endOnce && world.dead.has(key)) return;
  world.inbox.set(key, { lease: null });
  doneOf(world, key).times += 1;
  if (handler.ordered) world.followed.push(position);
}

function* runEffect(world: World, me: string, delivery: ModelDelivery): Steps {
  const { key } = delivery;
  if (world.protocol.lease) {
    if (hasFinished(world, key)) return;
    const until = world.inbox.get(key)?.lease?.until ?? 0;
    if (until > world.now) return waitUntil(world, delivery, until);
    world.inbox.set(key, { lease: { holder: me, until: world.now + LEASE } });
  }
  const { running } = doneOf(world, key);
  running.set(me, world.now + EFFECT_TIMEOUT);
  if (running.size > 1) world.problems.push(`two effects of ${key} at once`);
  yield;
  running.delete(me);
  const failed = world.choose(5) === 1;
  if (!failed) doneOf(world, key).times += 1;
  yield;
  if (failed) return yield* charge(world, me, delivery);
  if (world.protocol.endOnce && world.dead.has(key)) return;
  if (holds(world, key, me)) world.inbox.set(key, { lease: null });
}

/** Whether the lease is still the process' own. */
function holds(world: World, key: string, me: string): boolean {
  const row = world.inbox.get(key);
  return !world.protocol.lease || row?.lease?.holder === me;
}

/** Charges a failed try in one statement: the attempt, the end of its lease, and the next time or the dead letter. */
function* charge(world: World, me: string, delivery: ModelDelivery): Steps {
  yield;
  const { key } = delivery;
  if (world.protocol.endOnce && (hasFinished(world, key) || world.dead.has(key))) return;
  const attempt = (world.attempts.get(key) ?? 0) + 1;
  const error = world.choose(4) === 1 ? new NonRetriable('no') : new Error('not now');
  const decision = decideRetry(POLICY, { error, attempt, random: world.choose(3) / 3 });
  world.attempts.set(key, attempt);
  if (holds(world, key, me)) world.inbox.delete(key);
  if (decision.again) return waitUntil(world, delivery, world.now + Math.ceil(decision.delayMs / 1_000));
  world.schedule.delete(key);
  world.dead.set(key, decision.reason);
}
