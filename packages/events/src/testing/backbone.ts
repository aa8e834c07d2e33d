import { createTestDatabase, createTestQueues, eventually, type TestDatabase, type TestQueues } from '@skelly/testkit';
import { createEventSystem, type EventSystem } from '../event-system';
import type { Handler } from '../handlers/handler';
import { createHandlerRegistry } from '../handlers/registry';
import { createNotifier } from '../hints/notifier';
import { type RelayOptions, startRelay } from '../relay/relay';
import { registerRoutes } from '../routes/routes';
import type { BreakerPolicy } from '../worker/trouble/breaker-rule';
import { startWorker } from '../worker/worker';
import { findTestContract } from './contracts';
import { createTestLog, type TestLog } from './log';

/** A whole backbone of a test's own: database, queues and, when started, relays and workers in this process. */
export interface TestBackbone {
  readonly database: TestDatabase;
  readonly queues: TestQueues;
  readonly events: EventSystem;
  readonly log: TestLog;
  relay(options?: Partial<RelayOptions>): { stop(): Promise<void> };
  worker(
    handlers: Readonly<Record<string, readonly Handler[]>>,
    options?: { concurrency?: number; name?: string; breaker?: BreakerPolicy },
  ): Promise<{ stop(): Promise<void> }>;
  /** Makes handlers known without running them. */
  route(handlers: Readonly<Record<string, readonly Handler[]>>): Promise<void>;
  /** Waits until the processing log says that so many deliveries have finished. */
  finished(count: number): Promise<void>;
  close(): Promise<void>;
}

export async function createTestBackbone(options: { visibilityTimeout?: number } = {}): Promise<TestBackbone> {
  const visibilityTimeout = options.visibilityTimeout ?? 5;
  const database = await createTestDatabase({ max: 20 });
  const queues = createTestQueues({ visibilityTimeout });
  const log = createTestLog();
  const notifier = createNotifier({ url: database.url, applicationName: 'test-hints', onError: () => undefined });
  const now = () => new Date();
  const events = createEventSystem({ database, notifier, now });
  const running: { stop(deadlineMs?: number): Promise<void> }[] = [];

  function keep(part: { stop(deadlineMs?: number): Promise<void> }): { stop(): Promise<void> } {
    let stopped: Promise<void> | undefined;
    const stop = (deadlineMs?: number) => (stopped ??= part.stop(deadlineMs));
    running.push({ stop });
    return { stop: () => stop() };
  }

  return {
    database,
    queues,
    events,
    log,
    relay: (given = {}) =>
      keep(
        startRelay(
          {
            database,
            directUrl: database.url,
            transport: queues.connect(),
            notifier,
            findContract: findTestContract,
            log,
            now,
          },
          { pollingIntervalMs: 5_000, scheduleIntervalMs: 20, visibilityTimeout, ...given },
        ),
      ),
    async worker(handlers, { concurrency = 8, name = 'test', breaker } = {}) {
      const registry = createHandlerRegistry(handlers);
      await Promise.all(registry.queues.map((queue) => queues.ensureQueue(queue)));
      const worker = await startWorker(
        {
          database,
          notifier,
          transport: queues.connect(),
          registry,
          log,
          now,
          random: Math.random,
          worker: name,
          leaseMarginMs: 2_000,
          defaults: {
            timeoutMs: 10_000,
            retry: { maxAttempts: 3, backoffMs: 20, exponentialBackoff: true, jitter: false },
          },
        },
        { waitSeconds: 1, visibilityTimeout, concurrency, ...(breaker ? { breaker } : {}) },
      );
      return keep({ stop: (deadlineMs = 5_000) => worker.stop(deadlineMs) });
    },
    async route(handlers) {
      const registry = createHandlerRegistry(handlers);
      await Promise.all(registry.queues.map((queue) => queues.ensureQueue(queue)));
      await registerRoutes(database.queries, registry);
    },
    async finished(count) {
      await eventually(`${count} finished deliveries`, async () => {
        const { rows } = await database.pool.query(
          `select count(*) as finished from event_processing_log where status = 'finished'`,
        );
        return rows[0].finished >= count;
      });
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
