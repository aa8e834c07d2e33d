import {
  createEventSystem,
  createHandlerRegistry,
  createNotifier,
  type EventSystem,
  type Handler,
  type RelayObserver,
  registerRoutes,
  startRelay,
  startWorker,
  type WorkerObserver,
} from '@skelly/events';
import type { EventContract } from '@skelly/types/event';
import { findContract as findInCatalog } from '@skelly/types/events';
import { createTestDatabase, type TestDatabase } from '../database';
import { eventually } from '../eventually';
import { createTestQueues, type TestQueues } from '../queues';
import { untilDrained } from './drain';
import { createTestLog, type TestLog } from './log';

type RelayOptions = Parameters<typeof startRelay>[1];
type WorkerOptions = Parameters<typeof startWorker>[1];
type WorkerDefaults = Parameters<typeof startWorker>[0]['defaults'];
/** Handlers by the type of their events. */
export type TestHandlers = Readonly<Record<string, readonly Handler[] | undefined>>;

/** Something that a test started. It ends with the backbone, if not before. */
export interface Running {
  stop(): Promise<void>;
}

/** A whole backbone of a test's own: database, queues and, when started, relays and workers in this process. */
export interface TestBackbone {
  readonly database: TestDatabase;
  readonly queues: TestQueues;
  readonly events: EventSystem;
  readonly log: TestLog;
  /** The contract of a type, as relays and test helpers look it up. */
  readonly findContract: (type: string) => EventContract | undefined;
  relay(options?: Partial<RelayOptions>): Running;
  /** Starts a worker once its handlers are known to relays: events that are emitted from then on go to them. */
  worker(
    handlers: TestHandlers,
    options?: { concurrency?: number; name?: string; defaults?: WorkerDefaults } & Pick<
      WorkerOptions,
      'breaker' | 'redisUrl'
    >,
  ): Promise<Running>;
  /** Makes handlers known without running them. */
  route(handlers: TestHandlers): Promise<void>;
  /** Waits until the processing log says that so many deliveries have finished. */
  finished(count: number): Promise<void>;
  /**
   * Lets relay and workers run until nothing is left: every event has been finished by each handler that was there for it, or is a dead
   * letter, retries included. What waits for a later time does not count: a test clock's `advance` brings it forward. Starts a relay if none runs.
   *
   * @param options.withinMs when to give up. @defaultValue 10000
   * @throws Error that lists what is left, and why it waits.
   */
  drain(options?: { withinMs?: number }): Promise<void>;
  close(): Promise<void>;
}

export interface TestBackboneOptions {
  /** Seconds for which queues hide what a worker holds. @defaultValue 5 */
  readonly visibilityTimeout?: number;
  /** @defaultValue the product's catalog */
  readonly findContract?: (type: string) => EventContract | undefined;
  /** What code calls that asks for the time; Postgres has a clock of its own. @defaultValue the system's */
  readonly now?: () => Date;
  /** Told of what relays and workers do. @defaultValue nobody */
  readonly observe?: RelayObserver & WorkerObserver;
}

const DEFAULTS: WorkerDefaults = {
  timeoutMs: 10_000,
  retry: { maxAttempts: 3, backoffMs: 20, exponentialBackoff: true, jitter: false },
};

/** The real relay and the real worker on a database and queues that nobody else has. Call `close` when the test ends. */
export async function createTestBackbone(options: TestBackboneOptions = {}): Promise<TestBackbone> {
  const { visibilityTimeout = 5, findContract = findInCatalog, now = () => new Date(), observe } = options;
  const database = await createTestDatabase({ max: 20 });
  const queues = createTestQueues({ visibilityTimeout });
  const log = createTestLog();
  const notifier = createNotifier({ url: database.url, applicationName: 'test-hints', onError: () => undefined });
  const running: { stop(deadlineMs?: number): Promise<void> }[] = [];
  let relays = 0;

  function keep(part: { stop(deadlineMs?: number): Promise<void> }): Running {
    let stopped: Promise<void> | undefined;
    const stop = (deadlineMs?: number) => (stopped ??= part.stop(deadlineMs));
    running.push({ stop });
    return { stop: () => stop() };
  }

  function relay(given: Partial<RelayOptions> = {}): Running {
    const transport = queues.connect();
    const started = startRelay(
      { database, directUrl: database.url, transport, notifier, findContract, log, now, observe },
      { pollingIntervalMs: 5_000, scheduleIntervalMs: 20, visibilityTimeout, ...given },
    );
    relays += 1;
    return keep({
      stop() {
        relays -= 1;
        return started.stop();
      },
    });
  }

  async function known(handlers: TestHandlers) {
    const registry = createHandlerRegistry(handlers);
    await Promise.all(registry.queues.map((queue) => queues.ensureQueue(queue)));
    return registry;
  }

  return {
    database,
    queues,
    events: createEventSystem({ database, notifier, now, observe }),
    log,
    findContract,
    relay,
    async worker(handlers, options = {}) {
      const { name = 'test', breaker, redisUrl, defaults = DEFAULTS } = options;
      const worker = await startWorker(
        {
          database,
          notifier,
          transport: queues.connect(),
          registry: await known(handlers),
          log,
          now,
          random: Math.random,
          worker: name,
          observe,
          leaseMarginMs: 2_000,
          defaults,
        },
        {
          waitSeconds: 1,
          visibilityTimeout,
          redisUrl,
          get concurrency() {
            return options.concurrency ?? 8;
          },
          ...(breaker ? { breaker } : {}),
        },
      );
      return keep({ stop: (deadlineMs = 5_000) => worker.stop(deadlineMs) });
    },
    async route(handlers) {
      await registerRoutes(database.queries, await known(handlers));
    },
    async finished(count) {
      await eventually(`${count} finished deliveries`, async () => {
        const { rows } = await database.pool.query(
          `select count(*) as finished from event_processing_log where status = 'finished'`,
        );
        return rows[0].finished >= count;
      });
    },
    async drain({ withinMs = 10_000 } = {}) {
      if (relays === 0) relay();
      await untilDrained(database, withinMs);
    },
    async close() {
      // Nothing is left to do: the polls need not run out.
      await Promise.all(running.map((part) => part.stop(50)));
      await notifier.close();
      await queues.drop();
      await database.drop();
    },
  };
}
