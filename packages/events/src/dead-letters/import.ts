import type { Database } from '@skelly/db';
import type { Log } from '../log';
import type { RelayObserver } from '../observe';
import { createPulse } from '../pulse';
import { deadLetterQueue, type QueueTransport } from '../transport/transport';
import { bury, settleFinished } from './bury';

/** Milliseconds between looks at the dead-letter queues; they keep a message for 14 days. */
const INTERVAL_MS = 15_000;
/** Receives of one queue in one look: a thousand messages. The next look goes on. */
const RECEIVES = 100;
/**
 * Seconds of a poll: none, so that a stop need not wait for one, nor break one off that then takes messages for nobody. A short
 * poll may miss what some of SQS's servers have; the next look finds it.
 */
const WAIT_SECONDS = 0;

export interface ImportDependencies {
  readonly database: Database;
  readonly transport: QueueTransport;
  readonly log: Log;
  /** Told of what SQS gave up. @defaultValue nobody */
  readonly observe?: Pick<RelayObserver, 'gaveUp'> | undefined;
}

/**
 * Brings what SQS gave up on to where operators look: a message that was received five times and never deleted, because its
 * workers died, is in its queue's dead-letter queue. For each handler that it was for and that has not finished there will be a
 * row in `event_dead_letter`; then it is deleted. Several relays may do so at once, and a message that comes twice changes nothing.
 *
 * @returns how many messages were taken over, by queue. A queue that cannot be read is left for the next time.
 */
export async function importDeadLetters(
  deps: ImportDependencies,
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, number>> {
  const { rows } = await deps.database.pool.query<{ queue: string }>('select distinct queue from event_route');
  const imported = await Promise.all(rows.map(async ({ queue }) => [queue, await drain(deps, queue, signal)] as const));
  await settleFinished(deps.database);
  return new Map(imported.filter(([, messages]) => messages > 0));
}

async function drain(
  { database, transport, log }: ImportDependencies,
  queue: string,
  signal: AbortSignal | undefined,
): Promise<number> {
  const dlq = deadLetterQueue(queue);
  let taken = 0;
  try {
    for (let receives = 0; receives < RECEIVES && !signal?.aborted; receives += 1) {
      const messages = await transport.receive(dlq, { waitSeconds: WAIT_SECONDS });
      if (messages.length === 0) break;
      // Until its rows have committed a message is the queue's: without Postgres it comes back.
      await bury(database, queue, messages);
      await transport.delete(
        dlq,
        messages.map((message) => message.receipt),
      );
      taken += messages.length;
    }
  } catch (error) {
    log.warn({ err: error, queue: dlq }, 'a dead-letter queue could not be taken over; trying again');
  }
  return taken;
}

/** Looks again and again, until it is stopped; then the batch in hand is finished. */
export function startDeadLetterImport(
  deps: ImportDependencies,
  options: { intervalMs?: number } = {},
): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const pulse = createPulse({
    run: async () => {
      try {
        for (const [queue, messages] of await importDeadLetters(deps, stopping.signal)) {
          deps.log.error({ queue, messages }, 'messages were received too often; they are dead letters now');
          deps.observe?.gaveUp(queue, messages);
        }
      } catch (error) {
        deps.log.warn({ err: error }, 'the dead-letter queues could not be taken over; trying again');
      }
      return options.intervalMs ?? INTERVAL_MS;
    },
  });
  return {
    stop() {
      stopping.abort();
      return pulse.stop();
    },
  };
}
