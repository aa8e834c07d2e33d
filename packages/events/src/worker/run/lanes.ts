import { fnv1a } from '../../fnv';
import type { Handler } from '../../handlers/handler';
import { type Delivery, DeliveryInterrupted, type DeliveryOutcome } from './delivery';
import type { RunResult } from './run-deliveries';
import { decideLimit, decidePause, decideShare, MAX_SHARED } from './sharing';

/** Where deliveries wait for their turn in a process. */
export interface Lanes {
  /** Runs a delivery when it is its turn. @throws DeliveryInterrupted */
  run(delivery: Delivery): Promise<DeliveryOutcome>;
  /** Starts nothing until the returned function is called. Calls nest. */
  pause(): () => void;
  /** Resolves when nothing runs; what waits does not count. */
  idle(): Promise<void>;
  /** Interrupts what waits, and whatever comes from now on. */
  close(): void;
}

interface Task {
  readonly delivery: Delivery;
  readonly end: (outcome: DeliveryOutcome | DeliveryInterrupted) => void;
}

/** Deliveries that wait together; up to `width` groups of them run at once. */
interface Lane {
  /** By position: ordered ones come after what they depend on, and nobody is overtaken for ever. */
  readonly waiting: Task[];
  readonly width: () => number;
  /** Deliveries of one group at most. */
  readonly most: number;
  /** Whether a group needs one of the process' connections for as long as it runs. */
  readonly connected: boolean;
  /** Whether it waits for its groups to fill. */
  readonly gathers: boolean;
  limit: number;
  groups: number;
  /** When its last group began. */
  lastStart: number;
  /** Ends the wait for its group to fill. */
  timer: NodeJS.Timeout | undefined;
}

/** Lanes of a batch handler that does not say its concurrency: more set-based statements at once only wait for each other. */
const BATCH_CONCURRENCY = 2;

/**
 * Spreads deliveries over lanes by the hash of their subject, so that a process never waits for its own row locks: a lane runs one
 * group after the other. Handlers inside Postgres share as many lanes as there are connections; batch handlers and those that
 * declare a concurrency or a rate limit have their own, one less than there are connections at most. Effects run beside each other,
 * `concurrency` at once, unless their contract is ordered. At most `connections` groups of handlers inside Postgres run at once, whatever
 * their lanes. Both bounds are read whenever they count, so they may be getters: with other ones what comes is spread anew and what waits
 * stays where it is, so for a moment two lanes may have one subject.
 */
export function createLanes(
  options: { readonly concurrency: number; readonly connections: number },
  run: (deliveries: readonly Delivery[]) => Promise<RunResult>,
): Lanes {
  const shared: Lane[] = [];
  const own = new Map<string, Lane[]>();
  /** Lanes that have work and no connection yet, in the order in which they asked. */
  const asking = new Set<Lane>();
  let connected = 0;
  let groups = 0;
  let paused = 0;
  let closed = false;
  const onIdle: (() => void)[] = [];

  /** The lane of a delivery, among as many as its handler may have now. */
  function laneOf({ handler, event }: Delivery): Lane {
    const { lanes, count } = lanesOf(handler);
    while (lanes.length < count) lanes.push(newLane(handler));
    return lanes[fnv1a(event.subject) % count] as Lane;
  }

  function lanesOf(handler: Handler): { lanes: Lane[]; count: number } {
    if (handler.kind === 'handle' && handler.concurrency === undefined && !handler.rateLimit) {
      return { lanes: shared, count: options.connections };
    }
    const lanes = own.get(handler.id) ?? [];
    own.set(handler.id, lanes);
    const wanted = concurrencyOf(handler);
    if (handler.kind === 'effect') return { lanes, count: handler.on.ordered ? wanted : 1 };
    return { lanes, count: Math.max(1, Math.min(wanted, options.connections - 1)) };
  }

  function newLane(handler: Handler): Lane {
    const isWide = handler.kind === 'effect' && !handler.on.ordered;
    return {
      width: () => (isWide ? concurrencyOf(handler) : 1),
      most: mostOf(handler),
      connected: handler.kind !== 'effect',
      gathers: handler.kind === 'batch',
      waiting: [],
      limit: mostOf(handler),
      groups: 0,
      lastStart: Number.NEGATIVE_INFINITY,
      timer: undefined,
    };
  }

  function concurrencyOf({ kind, concurrency }: Handler): number {
    return concurrency ?? (kind === 'batch' ? BATCH_CONCURRENCY : options.concurrency);
  }

  function enqueue(lane: Lane, task: Task): void {
    const { waiting } = lane;
    let index = waiting.length;
    while (index > 0 && (waiting[index - 1] as Task).delivery.event.position > task.delivery.event.position) index -= 1;
    waiting.splice(index, 0, task);
    asking.add(lane);
  }

  let scheduled = false;
  /** Soon, so that what one receive brings is in the lanes before they start. */
  function schedule(): void {
    if (scheduled || paused > 0 || closed) return;
    scheduled = true;
    queueMicrotask(() => {
      scheduled = false;
      start();
    });
  }

  function start(): void {
    if (paused > 0 || closed) return;
    for (const lane of asking) {
      while (mayStart(lane)) void runGroup(lane);
      if (lane.waiting.length === 0 || lane.groups >= lane.width()) asking.delete(lane);
    }
  }

  function mayStart(lane: Lane): boolean {
    if (lane.waiting.length === 0 || lane.groups >= lane.width()) return false;
    if (lane.connected && connected >= options.connections) return false;
    if (!lane.gathers) return true;
    const sinceLast = performance.now() - lane.lastStart;
    const pauseMs = decidePause({ waiting: lane.waiting.length, most: lane.limit, sinceLast });
    if (pauseMs === 0) return true;
    lane.timer ??= setTimeout(() => {
      lane.timer = undefined;
      schedule();
    }, pauseMs);
    return false;
  }

  async function runGroup(lane: Lane): Promise<void> {
    const tasks = lane.waiting.splice(0, decideShare(lane.waiting.length, lane.limit));
    if (!lane.gathers) sortBySubject(tasks);
    lane.lastStart = performance.now();
    lane.groups += 1;
    groups += 1;
    if (lane.connected) connected += 1;
    try {
      const { outcomes, split } = await run(tasks.map(({ delivery }) => delivery));
      lane.limit = decideLimit(lane.limit, lane.most, split);
      for (const task of tasks) {
        const outcome = outcomes.get(task.delivery);
        if (outcome) task.end(outcome);
        else if (closed) task.end(stopped());
        else enqueue(lane, task);
      }
    } catch (cause) {
      for (const task of tasks) task.end(new DeliveryInterrupted('the worker could not run it', { cause }));
    } finally {
      lane.groups -= 1;
      groups -= 1;
      if (lane.connected) connected -= 1;
      if (lane.waiting.length > 0) asking.add(lane);
      if (groups === 0) for (const resolve of onIdle.splice(0)) resolve();
      schedule();
    }
  }

  return {
    run(delivery) {
      return new Promise((resolve, reject) => {
        const end = (outcome: DeliveryOutcome | DeliveryInterrupted) =>
          outcome instanceof DeliveryInterrupted ? reject(outcome) : resolve(outcome);
        if (closed) return end(stopped());
        enqueue(laneOf(delivery), { delivery, end });
        schedule();
      });
    },
    pause() {
      paused += 1;
      let resumed = false;
      return () => {
        if (resumed) return;
        resumed = true;
        paused -= 1;
        schedule();
      };
    },
    idle: () => (groups === 0 ? Promise.resolve() : new Promise((resolve) => onIdle.push(resolve))),
    close() {
      closed = true;
      for (const lane of [...shared, ...[...own.values()].flat()]) {
        clearTimeout(lane.timer);
        for (const task of lane.waiting.splice(0)) task.end(stopped());
      }
    },
  };
}

function mostOf(handler: Handler): number {
  if (handler.kind === 'batch') return handler.batchSize;
  return handler.kind === 'effect' ? 1 : MAX_SHARED;
}

function stopped(): DeliveryInterrupted {
  return new DeliveryInterrupted('the worker is stopping');
}

/**
 * Brings a group into the order of its subjects, each by position as before: the same lane of another process takes the rows of
 * its subjects in the same order, so that the two wait for each other's commits, and never in a ring.
 */
function sortBySubject(tasks: Task[]): void {
  const subjectOf = ({ delivery }: Task) => delivery.event.subject;
  tasks.sort((a, b) => (subjectOf(a) < subjectOf(b) ? -1 : Number(subjectOf(a) > subjectOf(b))));
}
