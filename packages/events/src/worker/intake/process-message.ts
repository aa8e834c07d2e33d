import type { HandlerRegistry } from '../../handlers/registry';
import type { Log } from '../../log';
import type { EventMessage } from '../../message/message';
import { NO_HANDLER } from '../../observe';
import type { QueueMarks } from '../../reconcile/queue-marks';
import { buryDelivery, buryMessage, park } from '../record/failures';
import { hasFinished } from '../record/inbox';
import { passOver } from '../record/progress';
import type { Delivery } from '../run/delivery';
import type { Lanes } from '../run/lanes';
import type { RunDependencies } from '../run/run-dependencies';
import type { Isolation } from '../trouble/isolation';
import { isSuspect } from '../trouble/isolation-rule';
import { type Assignment, assign, historyHas, loadReference, type Received, takeIn } from './intake';
import { type PersistDependencies, persist } from './persist';

export interface ProcessDependencies extends RunDependencies, PersistDependencies {
  readonly registry: HandlerRegistry;
  readonly marks: QueueMarks;
  readonly lanes: Lanes;
  readonly isolation: Isolation;
  readonly log: Log;
}

/**
 * Does all that a message asks for. When it resolves, the message may be deleted: each handler has finished, or waits in
 * Postgres, or is a dead letter. What Postgres interrupts runs again from here, as another receive would count against the message.
 *
 * @throws DeliveryInterrupted when the worker stops first: the message must come back.
 */
export function processMessage(deps: ProcessDependencies, received: Received): Promise<unknown> {
  const { registry, marks, observe } = deps;
  observe?.received(received.queue);
  const intake = takeIn(registry, received);
  if ('unreadable' in intake) return buryUnreadable(deps, received, intake.unreadable);
  const { message } = intake;
  marks.delivered(received.queue, message.lowWater);
  return 'assignments' in intake
    ? carryOut(deps, received, message, intake.assignments)
    : loadAndCarryOut(deps, received, message, intake.reference);
}

async function loadAndCarryOut(
  deps: ProcessDependencies,
  received: Received,
  message: EventMessage,
  reference: string,
): Promise<void> {
  const event = await persist(deps, () => loadReference(deps.database, reference));
  if (event) await carryOut(deps, received, message, assign(deps.registry, received, message, event));
  else await buryGone(deps, received, message, reference);
}

function carryOut(
  deps: ProcessDependencies,
  received: Received,
  message: EventMessage,
  assignments: readonly Assignment[],
): Promise<unknown> {
  const [only] = assignments;
  const suspect = isSuspect(received.message.receiveCount);
  if (assignments.length === 1 && only && 'run' in only && !suspect)
    return persist(deps, () => deps.lanes.run(only.run));
  const runs = assignments.flatMap((assignment) => ('run' in assignment ? [assignment.run] : []));
  const others = assignments.filter((assignment) => !('run' in assignment));
  return allEnded([
    suspect ? runSuspect(deps, runs, received) : runAll(deps, runs),
    ...others.map((assignment) => setAside(deps, received, message, assignment)),
  ]);
}

/** Waits for all, also when one fails: a message goes back when nothing of it runs any more. @throws the first failure. */
async function allEnded(running: readonly Promise<unknown>[]): Promise<void> {
  const ends = await Promise.allSettled(running);
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
}

async function runAll(deps: ProcessDependencies, runs: readonly Delivery[]): Promise<void> {
  await allEnded(runs.map((delivery) => persist(deps, () => deps.lanes.run(delivery))));
}

async function runSuspect(deps: ProcessDependencies, runs: readonly Delivery[], received: Received): Promise<void> {
  if (runs.length > 0) await persist(deps, () => deps.isolation.run(runs, received.message.receiveCount));
}

async function setAside(
  deps: ProcessDependencies,
  received: Received,
  message: EventMessage,
  assignment: Assignment,
): Promise<void> {
  const { database } = deps;
  if ('bury' in assignment) {
    const { bury: delivery, error } = assignment;
    await persist(deps, () => buryDelivery(database, delivery, { reason: 'data_invalid', error }));
    deps.observe?.ended(delivery.handler.id, 'dead');
    if (await persist(deps, () => passOver(database, delivery))) deps.notifier.committed({ frames: [], pointed: true });
  } else if ('park' in assignment) {
    const { park: key, delayMs, reason } = assignment;
    // A pointer to an event that is nowhere would be dropped without a word.
    if (await persist(deps, () => historyHas(database, key.eventId))) {
      await persist(deps, () => park(database, [key], { delayMs, reason }));
      deps.observe?.ended(deps.registry.get(key.handler)?.id ?? NO_HANDLER, 'parked');
    } else await buryGone(deps, received, message, key.eventId);
  }
}

async function buryUnreadable(
  deps: ProcessDependencies,
  { queue, message }: Received,
  { reason, detail }: { readonly reason: string; readonly detail: string },
): Promise<void> {
  const { messageId, body } = message;
  await persist(deps, () => buryMessage(deps.database, { queue, messageId, body }, { reason, error: detail }));
  deps.observe?.ended(NO_HANDLER, 'dead');
  deps.log.warn({ queue, messageId, reason }, 'a message could not be read; it is kept among the dead letters');
}

/** A message whose event history does not have: late, if all its handlers have finished; otherwise kept as it is. */
async function buryGone(
  deps: ProcessDependencies,
  received: Received,
  { handlers, run }: EventMessage,
  eventId: string,
): Promise<void> {
  const keys = handlers.map((handler) => ({ eventId, handler, run }));
  if (await persist(deps, () => hasFinished(deps.database, keys))) return;
  const detail = 'The message is about an event that history does not have.';
  await buryUnreadable(deps, received, { reason: 'event_gone', detail });
}
