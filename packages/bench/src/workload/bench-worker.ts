import { createDatabase } from '@skelly/db';
import { createHandlerRegistry, createNotifier, createSqsTransport, type Handler, startWorker } from '@skelly/events';
import { keepHeapSmall } from '@skelly/runtime';
import type { Contender } from '../harness/contender';

/** What a worker of a bench is told. Everything else is as the worker app has it by default. */
export interface WorkerArgument {
  readonly databaseUrl: string;
  readonly endpoint: string;
  readonly prefix: string;
  /** Transactions at once. */
  readonly concurrency: number;
  /** Connections at most. */
  readonly poolMax: number;
}

const quiet = () => undefined;

/**
 * Starts a worker as the worker app does, with a bench's handlers, all of one event, in the place of the product's.
 *
 * @param observed what sees it work; nothing does otherwise.
 */
export async function startBenchWorker(
  argument: WorkerArgument,
  handlers: readonly [Handler, ...Handler[]],
  observed: Partial<Pick<Parameters<typeof startWorker>[0], 'observe' | 'around' | 'log'>> = {},
): Promise<Contender> {
  keepHeapSmall();
  const { databaseUrl: url, endpoint, prefix, concurrency, poolMax } = argument;
  const onConnectionError = (error: Error) => console.error(error);
  const database = createDatabase({ url, max: poolMax, applicationName: 'bench-worker', onConnectionError });
  const notifier = createNotifier({ url, applicationName: 'bench-worker-hints', onError: onConnectionError });
  const visibilityTimeout = 60;
  const transport = createSqsTransport({ endpoint, region: 'us-east-1', prefix, visibilityTimeout });
  const worker = await startWorker(
    {
      database,
      notifier,
      transport,
      registry: createHandlerRegistry({ [handlers[0].on.type]: handlers }),
      log: { debug: quiet, info: quiet, warn: console.error, error: console.error },
      now: () => new Date(),
      random: Math.random,
      worker: `bench:${process.pid}`,
      defaults: {
        timeoutMs: 30_000,
        retry: { maxAttempts: 3, backoffMs: 1_000, exponentialBackoff: true, jitter: true },
      },
      ...observed,
    },
    { waitSeconds: 2, visibilityTimeout, concurrency },
  );
  return {
    async stop() {
      await worker.stop(5_000);
      await notifier.close();
      await database.close();
    },
  };
}
