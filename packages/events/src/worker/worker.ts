import { isContention, isUnavailable } from '@skelly/db';
import type { HandlerRegistry } from '../handlers/registry';
import type { Log } from '../log';
import { createQueueMarks } from '../reconcile/queue-marks';
import { registerRoutes } from '../routes/routes';
import type { QueueTransport, ReceivedMessage } from '../transport/transport';
import { startConsumer } from './consumer';
import { DeliveryInterrupted } from './delivery';
import { createGate } from './gate';
import { processMessage } from './process-message';
import type { RunDependencies } from './run-delivery';

export interface WorkerOptions {
  /** Seconds of a long poll. */
  readonly waitSeconds: number;
  /** Seconds until a message that this process held comes back if it dies. */
  readonly visibilityTimeout: number;
  /** Messages in hand at most, a queue: each may hold a connection. @defaultValue 8 */
  readonly concurrency?: number;
}

export interface Worker {
  /** Ordered end: polls finish, work in hand commits or goes back, finished messages are deleted. */
  stop(deadlineMs: number): Promise<void>;
}

/**
 * Registers its handlers' routes, then takes messages from each of their queues until it is stopped.
 *
 * @throws the database's error when routes cannot be registered.
 */
export async function startWorker(
  deps: RunDependencies & { readonly transport: QueueTransport; readonly registry: HandlerRegistry; readonly log: Log },
  options: WorkerOptions,
): Promise<Worker> {
  const { database, transport, registry, log } = deps;
  await registerRoutes(database.queries, registry);
  const marks = createQueueMarks({ database, log });
  const gate = createGate({ what: 'Postgres', probe: () => database.pool.query('select 1'), log });

  async function process(queue: string, message: ReceivedMessage): Promise<void> {
    try {
      const outcomes = await processMessage({ ...deps, marks }, { queue, message, receivedAt: deps.now() });
      if (outcomes === 'unreadable')
        log.warn(
          { queue, messageId: message.messageId },
          'a message could not be read; it is kept among the dead letters',
        );
      else log.debug({ queue, messageId: message.messageId, outcomes: Object.fromEntries(outcomes) }, 'processed');
    } catch (error) {
      if (isUnavailable(error) || (error instanceof DeliveryInterrupted && !isContention(error))) gate.close(error);
      throw error;
    }
  }

  const consumers = registry.queues.map((queue) =>
    startConsumer({ transport, log, gate, process: (message) => process(queue, message) }, { queue, ...options }),
  );
  return {
    async stop(deadlineMs) {
      await Promise.all(consumers.map((consumer) => consumer.stop(deadlineMs)));
      await marks.stop();
      transport.close();
    },
  };
}
