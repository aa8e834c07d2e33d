import { v7 as uuidv7 } from 'uuid';
import type { Protocol } from './protocol';
import { promotion, reconcile, relayTurn, type Steps, TYPE } from './relay';
import { workerTurn } from './worker';
import { createWorld, HANDLERS, hasFinished, keyOf, pointTo, type World } from './world';

interface Process {
  readonly name: string;
  readonly begin: (world: World, name: string) => Steps;
  steps: Steps | null;
}

/** Bounds of one exploration. */
const EVENTS = 3;
const CALM_ROUNDS = 400;

/**
 * Lets processes, the clock, deaths and losses take turns as `choices` say, then lets everything come to its end without
 * further harm. The same choices explore the same.
 *
 * @param options.losses whether queues may lose messages; otherwise nothing may depend on the reconciler.
 * @returns the promises that were broken, a line each.
 */
export function explore(
  protocol: Protocol,
  choices: readonly number[],
  options: { losses: boolean },
): readonly string[] {
  let next = 0;
  const world = createWorld(protocol, (count) => (choices[next++] ?? 0) % count);
  const processes: Process[] = [
    { name: 'relay-1', begin: relayTurn, steps: null },
    { name: 'relay-2', begin: relayTurn, steps: null },
    { name: 'promotion', begin: promotion, steps: null },
    { name: 'worker-1', begin: workerTurn, steps: null },
    { name: 'worker-2', begin: workerTurn, steps: null },
  ];
  const actions = [
    ...processes.map((process) => () => step(world, process)),
    // Work is likelier than harm.
    ...processes.map((process) => () => step(world, process)),
    ...processes.map((process) => () => die(world, process)),
    () => emit(world),
    () => tick(world, processes),
    () => duplicate(world),
    ...(options.losses ? [() => purge(world), () => reconcile(world)] : []),
  ];
  emit(world);
  while (next < choices.length) actions[world.choose(actions.length)]?.();
  for (let round = 0; round < CALM_ROUNDS && !isDone(world, processes); round += 1) {
    for (const process of processes) step(world, process);
    if (round % 8 === 7) tick(world, processes);
    if (options.losses && round % 40 === 39) reconcile(world);
  }
  return [...world.problems, ...judge(world)];
}

function emit(world: World): void {
  if (world.history.size === EVENTS) return;
  const position = world.history.size + 1;
  const eventId = uuidv7({ msecs: position, seq: position });
  world.history.set(eventId, {
    eventId,
    position,
    type: TYPE,
    version: 1,
    sourceModule: 'model',
    subject: 'model:1',
    tenant: 'main',
    actor: 'system',
    correlationId: eventId,
    causationId: null,
    traceparent: null,
    occurredAt: new Date(0).toISOString(),
    dataJson: '{}',
  });
  pointTo(world, { eventId, handler: null, queue: null });
}

function step(world: World, process: Process): void {
  process.steps ??= process.begin(world, process.name);
  if (process.steps.next().done) process.steps = null;
}

/** What it had not committed is undone; what it did outside stops. */
function die(world: World, process: Process): void {
  process.steps = null;
  for (const row of world.outbox.values()) if (row.claimedBy === process.name) row.claimedBy = null;
  for (const { running } of world.done.values()) running.delete(process.name);
}

/** A second passes. Effects end at their timeout, whatever their process does. */
function tick(world: World, processes: readonly Process[]): void {
  world.now += 1;
  for (const { running } of world.done.values()) {
    for (const [name, endsAt] of running) {
      if (endsAt > world.now) continue;
      const process = processes.find((one) => one.name === name);
      if (process) die(world, process);
    }
  }
}

/** A queue delivers a message twice. */
function duplicate(world: World): void {
  for (const queue of world.queues.values()) {
    const [message] = queue;
    if (message && queue.size < 10) queue.add({ ...message, visibleAt: world.now, receives: 0, receipt: 0 });
  }
}

function purge(world: World): void {
  for (const queue of world.queues.values()) queue.clear();
}

function isDone(world: World, processes: readonly Process[]): boolean {
  const waits =
    world.outbox.size + world.schedule.size + [...world.queues.values()].reduce((sum, { size }) => sum + size, 0);
  return waits === 0 && processes.every(({ steps }) => steps === null) && open(world).length === 0;
}

/** Deliveries that have not ended. */
function open(world: World): readonly string[] {
  return [...world.history.keys()]
    .flatMap((eventId) => HANDLERS.map(({ id }) => keyOf(eventId, id)))
    .filter((key) => !hasFinished(world, key) && !world.dead.has(key));
}

function judge(world: World): readonly string[] {
  const problems = open(world).map((key) => `${key} was lost`);
  for (const handler of HANDLERS) {
    for (const { eventId } of world.history.values()) {
      const key = keyOf(eventId, handler.id);
      const times = world.done.get(key)?.times ?? 0;
      if (handler.kind === 'handle' && times > 1) problems.push(`${key} was done ${times} times`);
      if (hasFinished(world, key) && times === 0) problems.push(`${key} has finished and was not done`);
      if (hasFinished(world, key) && world.dead.has(key)) problems.push(`${key} has finished and is dead`);
    }
  }
  const { followed } = world;
  if (followed.some((position, index) => position < (followed[index - 1] ?? 0)))
    problems.push(`followed out of order: ${followed.join(', ')}`);
  return problems;
}
