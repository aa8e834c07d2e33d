import { AsyncResource } from 'node:async_hooks';
import { eventHistory, LIVE_RUN } from '@skelly/db';
import type { EventEnvelope } from '@skelly/types/event';
import { inArray } from 'drizzle-orm';
import { breakerPolicy, type EventConfig, handlerDefaults } from '../config/event-config';
import { type HandlerRegistry, queueOf } from '../handlers/registry';
import type { Notifier } from '../hints/notifier';
import type { Log } from '../log';
import { type Middleware, timed } from '../middleware/middleware';
import type { WorkerObserver } from '../observe';
import type { TransactionDependencies } from '../unit-of-work/transaction';
import { createCallCounter } from '../worker/limit/counter';
import { createRateLimits } from '../worker/limit/rate-limits';
import type { Delivery } from '../worker/run/delivery';
import { createInterruption } from '../worker/run/interruption';
import { createLanes } from '../worker/run/lanes';
import { runGuarded } from '../worker/run/run-guarded';
import { createBreakers } from '../worker/trouble/breakers';

export interface ImmediateDependencies extends TransactionDependencies {
  readonly registry: HandlerRegistry;
  readonly config: () => EventConfig;
  readonly log: Log;
  /** Names this process in the processing log. */
  readonly name: string;
  readonly random: () => number;
  readonly middleware: Middleware | undefined;
  readonly around: Middleware | undefined;
  readonly observe: WorkerObserver | undefined;
  readonly redisUrl: string | undefined;
}

/** Runs this process' handlers right after a commit, where the settings say so. */
export interface Immediate {
  /** The given one, which notices commits as well. */
  readonly notifier: Notifier;
  /** Resolves when nothing runs; what waited, and what comes afterwards, is left to the queues. */
  stop(deadlineMs: number): Promise<void>;
  /** Takes a stop back. */
  resume(): void;
}

/** Events in hand at most; those beyond are left to their pointers. */
const MOST_EVENTS = 1_000;
/** Groups of handlers that run at once, each on a connection. */
const GROUPS = 2;

/**
 * The deliveries are those that the worker would run, by the same code: the inbox row makes what the queue brings later a duplicate, a
 * failed try waits in the schedule, and what does not come to an end here comes by the queue.
 */
export function createImmediate(deps: ImmediateDependencies): Immediate {
  const { registry, config, log } = deps;
  let runner: ReturnType<typeof createRunner> | undefined;
  let inHand = 0;
  let waiting: string[] = [];
  let stopped = false;

  /** Apart from the context of whoever has committed: handlers have one of their own. */
  const proceed = AsyncResource.bind(() => {
    const ids = waiting;
    waiting = [];
    if (stopped) {
      inHand -= ids.length;
      return;
    }
    runner ??= createRunner({ ...deps, notifier });
    void runner
      .run(ids)
      .catch((error) => log.debug({ err: error }, 'events were not handled at once; they come by their queues'))
      .finally(() => {
        inHand -= ids.length;
      });
  });

  const notifier: Notifier = {
    committed(what) {
      deps.notifier.committed(what);
      const { enabled, immediateProcessing } = config();
      if (stopped || !enabled || !immediateProcessing || !what.events) return;
      for (const { eventId, type } of what.events) {
        if (inHand >= MOST_EVENTS || registry.of(type).length === 0) continue;
        inHand += 1;
        if (waiting.push(eventId) === 1) queueMicrotask(proceed);
      }
    },
    close: () => deps.notifier.close(),
  };
  return {
    notifier,
    resume() {
      stopped = false;
    },
    async stop(deadlineMs) {
      stopped = true;
      const stopping = runner;
      runner = undefined;
      await stopping?.stop(deadlineMs);
    },
  };
}

function createRunner(deps: ImmediateDependencies) {
  const { database, registry, log, now } = deps;
  // A name of its own: the circuit breakers of a worker beside it are others.
  const name = `${deps.name} immediate`;
  const breakers = createBreakers(
    { database, log, now, worker: name, observe: deps.observe },
    breakerPolicy(deps.config),
  );
  const rateLimits = createRateLimits(deps, () => createCallCounter(deps));
  const interruption = createInterruption();
  const running = {
    ...deps,
    get maxPayloadBytes() {
      return deps.config().maxPayloadSize;
    },
    around: timed(deps),
    worker: name,
    defaults: handlerDefaults(deps.config),
    interruption,
    breakers,
    rateLimits,
  };
  const lanes = createLanes({ concurrency: GROUPS, connections: GROUPS }, (deliveries) =>
    runGuarded(running, deliveries),
  );

  function deliveriesOf(event: EventEnvelope): readonly Delivery[] {
    // One of another version is for the intake, which brings it along.
    const handlers = registry.of(event.type).filter(({ on }) => on.version === event.version);
    const about = { event, run: LIVE_RUN, relayedAt: null, receivedAt: now() };
    return handlers.map((handler) => ({ ...about, handler, queue: queueOf(handler) }));
  }

  return {
    async run(eventIds: readonly string[]): Promise<void> {
      const rows = await database.queries
        .select()
        .from(eventHistory)
        .where(inArray(eventHistory.eventId, [...eventIds]))
        .orderBy(eventHistory.position);
      const events = rows.map((row) => ({ ...row, occurredAt: row.occurredAt.toISOString() }));
      const ends = await Promise.allSettled(events.flatMap(deliveriesOf).map((delivery) => lanes.run(delivery)));
      for (const end of ends) if (end.status === 'rejected') throw end.reason;
    },
    async stop(deadlineMs: number): Promise<void> {
      lanes.close();
      const interrupting = setTimeout(() => interruption.fire(), deadlineMs);
      await lanes.idle();
      clearTimeout(interrupting);
      await breakers.stop();
      rateLimits.stop();
    },
  };
}
