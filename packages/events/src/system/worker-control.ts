import { breakerPolicy, type EventConfig, handlerDefaults } from '../config/event-config';
import { EventError } from '../errors';
import type { OpenHandlerRegistry } from '../handlers/registry';
import type { Log } from '../log';
import type { Middleware } from '../middleware/middleware';
import type { WorkerObserver } from '../observe';
import type { QueueTransport } from '../transport/transport';
import type { TransactionDependencies } from '../unit-of-work/transaction';
import { startWorker, type Worker } from '../worker/worker';

/** What an event system needs to run handlers in its own process. */
export interface WorkerSetup {
  /** Connects to the queues; each worker closes what it got. */
  readonly connect: () => QueueTransport;
  /** Names this process in the processing log. */
  readonly name: string;
  /** Seconds of a long poll. @defaultValue 20 */
  readonly waitSeconds?: number;
  /** Seconds until a message that this process held comes back if it dies; that of `connect`. @defaultValue 30 */
  readonly visibilityTimeout?: number;
  /** May be a getter: it is read whenever it counts. @defaultValue 8 */
  readonly concurrency?: number;
  /** Where the calls of handlers with a rate limit are counted; the same for all workers. @defaultValue in Postgres */
  readonly redisUrl?: string | undefined;
  /** Surrounds every call of a handler, within its timeout and its unit of work. */
  readonly middleware?: Middleware | undefined;
  /** Surrounds it together with its timeout: for what tells how calls end, also those that are cut short. */
  readonly around?: Middleware | undefined;
  /** Told of what the worker does, and of handlers that run right after a commit. */
  readonly observe?: WorkerObserver | undefined;
  /** Drawn for the jitter of retries. @defaultValue Math.random */
  readonly random?: () => number;
}

export interface WorkerControlDependencies extends TransactionDependencies {
  readonly setup: WorkerSetup | undefined;
  readonly registry: OpenHandlerRegistry;
  readonly config: () => EventConfig;
  readonly log: Log;
}

/** A process' one worker: there while it is wanted and the event system is enabled. */
export interface WorkerControl {
  /** @throws EventError `worker_not_configured`; the database's or SQS' error when it cannot begin. Again is as good as once. */
  start(): Promise<void>;
  /** Lets what is in hand end, for so many milliseconds at most. */
  stop(deadlineMs: number): Promise<void>;
  /** Follows the settings: idles, or goes on; tries again when it cannot. */
  follow(): void;
  /** Whether it runs, or is about to. */
  readonly running: boolean;
}

/** Milliseconds until a worker that could not follow its settings tries again. */
const FOLLOW_RETRY_MS = 5_000;
/** Milliseconds that a worker gets which ends because of its settings. */
const FOLLOW_DEADLINE_MS = 10_000;

export function createWorkerControl(deps: WorkerControlDependencies): WorkerControl {
  const { setup, registry, log } = deps;
  let wanted = false;
  let current: Worker | undefined;
  let settling: Promise<void> = Promise.resolve();
  let retry: NodeJS.Timeout | undefined;

  async function begin(setup: WorkerSetup): Promise<Worker> {
    const { connect, random = Math.random, waitSeconds = 20, visibilityTimeout = 30 } = setup;
    const { database, notifier, now } = deps;
    const transport = connect();
    try {
      await Promise.all(registry.queues.map((queue) => transport.ensureQueue(queue)));
      return await startWorker(
        {
          database,
          notifier,
          now,
          transport,
          registry,
          log,
          random,
          worker: setup.name,
          middleware: setup.middleware,
          around: setup.around,
          observe: setup.observe,
          maxPayloadBytes: deps.config().maxPayloadSize,
          defaults: handlerDefaults(deps.config),
        },
        {
          waitSeconds,
          visibilityTimeout,
          redisUrl: setup.redisUrl,
          get concurrency() {
            return setup.concurrency ?? 8;
          },
          breaker: breakerPolicy(deps.config),
        },
      );
    } catch (error) {
      transport.close();
      throw error;
    }
  }

  async function settle(deadlineMs: number): Promise<void> {
    const shall = wanted && deps.config().enabled;
    if (wanted && !shall) log.warn({}, 'the event system is disabled: messages stay in their queues');
    if (shall === (current !== undefined)) return;
    const stopping = current;
    current = undefined;
    await stopping?.stop(deadlineMs);
    if (setup && shall) current = await begin(setup);
  }

  /** One after the other, so that there is never more than one worker. */
  function settleNext(deadlineMs: number): Promise<void> {
    const next = settling.then(() => settle(deadlineMs));
    settling = next.catch(() => undefined);
    return next;
  }

  function follow(): void {
    clearTimeout(retry);
    if (!wanted) return;
    settleNext(FOLLOW_DEADLINE_MS).catch((error) => {
      log.error({ err: error }, 'the worker could not follow its settings; trying again');
      retry = setTimeout(follow, FOLLOW_RETRY_MS).unref();
    });
  }

  return {
    async start() {
      if (!setup) {
        throw new EventError(
          'worker_not_configured',
          'No worker was started: give createEventSystem a worker, so that it knows the queues.',
        );
      }
      wanted = true;
      await settleNext(FOLLOW_DEADLINE_MS).catch((error) => {
        wanted = false;
        throw error;
      });
    },
    async stop(deadlineMs) {
      wanted = false;
      clearTimeout(retry);
      await settleNext(deadlineMs);
    },
    follow,
    get running() {
      return current !== undefined || (wanted && deps.config().enabled);
    },
  };
}
