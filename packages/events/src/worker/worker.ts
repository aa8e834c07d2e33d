import type { HandlerRegistry } from '../handlers/registry';
import type { Log } from '../log';
import { timed } from '../middleware/middleware';
import { createQueueMarks } from '../reconcile/queue-marks';
import { registerRoutes } from '../routes/routes';
import type { QueueTransport } from '../transport/transport';
import { createGate } from './gate';
import { startConsumer } from './intake/consumer';
import { processMessage } from './intake/process-message';
import { createCallCounter } from './limit/counter';
import { createRateLimits } from './limit/rate-limits';
import { type Delivery, DeliveryInterrupted, type DeliveryOutcome } from './run/delivery';
import { createInterruption } from './run/interruption';
import { createLanes } from './run/lanes';
import type { RunDependencies } from './run/run-dependencies';
import { runGuarded } from './run/run-guarded';
import { type BreakerPolicy, DEFAULT_BREAKER } from './trouble/breaker-rule';
import { createBreakers } from './trouble/breakers';
import { createIsolation } from './trouble/isolation';

/** Concurrency and breaker policy are read whenever they count, so an object with getters may change them while the worker runs. */
export interface WorkerOptions {
  /** Seconds of a long poll. */
  readonly waitSeconds: number;
  /** Seconds until a message that this process held comes back if it dies. */
  readonly visibilityTimeout: number;
  /**
   * Transactions at once, and runs of each effect at once, in this process. A transaction holds a connection, and two more are
   * needed beside them: there are never more than the pool's size less two, but one. @defaultValue 8
   */
  readonly concurrency?: number;
  /** Where the calls of handlers with a rate limit are counted; the same for all workers. @defaultValue in Postgres */
  readonly redisUrl?: string | undefined;
  /** When a handler counts as failing. */
  readonly breaker?: BreakerPolicy;
}

export interface Worker {
  /**
   * Ordered end: polls finish, what waits goes back at once, work in hand commits or is interrupted at nine tenths of the
   * deadline and goes back, finished messages are deleted.
   */
  stop(deadlineMs: number): Promise<void>;
}

export interface WorkerDependencies extends Omit<RunDependencies, 'interruption'> {
  readonly transport: QueueTransport;
  readonly registry: HandlerRegistry;
  readonly log: Log;
}

/** For what is written beside the handlers' transactions: failures, leases, what waits. */
const SPARE_CONNECTIONS = 2;

/**
 * Registers its handlers' routes, then takes messages from each of their queues until it is stopped.
 *
 * @throws the database's error when routes cannot be registered.
 */
export async function startWorker(given: WorkerDependencies, options: WorkerOptions): Promise<Worker> {
  const { database, transport, registry, log } = given;
  const { waitSeconds, visibilityTimeout, breaker = DEFAULT_BREAKER } = options;
  const limits = {
    get concurrency() {
      return options.concurrency ?? 8;
    },
    get connections() {
      return Math.max(1, Math.min(limits.concurrency, database.pool.options.max - SPARE_CONNECTIONS));
    },
  };
  await registerRoutes(database.queries, registry);
  const interruption = createInterruption();
  const marks = createQueueMarks({ database, log });
  const gate = createGate({ what: 'Postgres', probe: () => database.pool.query('select 1'), log });
  const breakers = createBreakers(given, breaker);
  const rateLimits = createRateLimits(given, () => createCallCounter({ database, log, redisUrl: options.redisUrl }));
  const deps = { ...given, around: timed(given), interruption, marks, gate, breakers, rateLimits };
  const lanes = createLanes(limits, (deliveries) => runGuarded(deps, deliveries));
  const isolation = createIsolation({ ...deps, lanes, run: runNow });
  let stopping = false;

  /** Runs one delivery beside the lanes. */
  async function runNow(delivery: Delivery): Promise<DeliveryOutcome> {
    for (;;) {
      const { outcomes } = await runGuarded(deps, [delivery]);
      const outcome = outcomes.get(delivery);
      if (outcome instanceof DeliveryInterrupted) throw outcome;
      if (outcome) return outcome;
    }
  }

  const processing = { ...deps, lanes, isolation, stopping: () => stopping };
  const taking = {
    async opened() {
      await gate.opened();
      await isolation.opened();
    },
    release: gate.release,
  };
  const consumers = registry.queues.map((queue) =>
    startConsumer(
      {
        transport,
        log,
        gate: taking,
        process: (message) => processMessage(processing, { queue, message, receivedAt: deps.now() }),
      },
      {
        queue,
        waitSeconds,
        visibilityTimeout,
        get concurrency() {
          return limits.concurrency;
        },
      },
    ),
  );
  return {
    async stop(deadlineMs) {
      stopping = true;
      lanes.close();
      const interrupting = setTimeout(() => interruption.fire(), deadlineMs * 0.9);
      await Promise.all(consumers.map((consumer) => consumer.stop(deadlineMs)));
      clearTimeout(interrupting);
      await Promise.all([breakers.stop(), marks.stop()]);
      rateLimits.stop();
      transport.close();
    },
  };
}
