import { createDatabase } from '@skelly/db';
import { createEventSystem, createNotifier, createSqsTransport } from '@skelly/events';
import { serveContender } from '../harness/contender';
import { percentile } from '../harness/stats';
import { counted, countedData } from '../workload/counted';
import { openLoop } from '../workload/open-loop';
import { QUEUE } from '../workload/queue';

/** Long polls at once: one waits while the other is being read. More only wake each other. */
const POLLERS = 2;
/** Milliseconds that a run may take beyond its own length until its last message. */
const GIVE_UP_MS = 30_000;

export interface LatencyRun {
  readonly perSecond: number;
  readonly seconds: number;
}

/** In milliseconds, from the answer to COMMIT to the message in hand. */
export interface Latency {
  readonly p50: number;
  readonly p99: number;
}

/** Emits at a fixed rate and receives what comes of it, in one process, so that both times are of one clock. */
serveContender<{ databaseUrl: string; endpoint: string; prefix: string }>(
  async ({ databaseUrl: url, endpoint, prefix }) => {
    const onConnectionError = (error: Error) => console.error(error);
    const database = createDatabase({ url, max: 10, applicationName: 'bench-latency', onConnectionError });
    const notifier = createNotifier({ url, applicationName: 'bench-latency-hints', onError: onConnectionError });
    const events = createEventSystem({ database, notifier, now: () => new Date() });
    const transport = createSqsTransport({ endpoint, region: 'us-east-1', prefix, visibilityTimeout: 60 });
    const received = new Map<string, number>();
    let stopping = false;

    const deleting = new Set<Promise<void>>();

    function remove(receipts: readonly string[]): void {
      const running = transport.delete(QUEUE, receipts).finally(() => deleting.delete(running));
      deleting.add(running);
    }

    async function poll(): Promise<void> {
      while (!stopping) {
        const messages = await transport.receive(QUEUE, { waitSeconds: 1 });
        const at = performance.now();
        for (const { body } of messages) received.set(JSON.parse(body).event.eventId, at);
        // Not waited for: the next message must not find nobody at the queue.
        if (messages.length > 0) remove(messages.map(({ receipt }) => receipt));
      }
    }
    const polling = Promise.all(Array.from({ length: POLLERS }, poll)).then(() => Promise.all(deleting));

    return {
      commands: {
        async run({ perSecond, seconds }: LatencyRun): Promise<Latency> {
          const committed = new Map<string, number>();
          await openLoop({ perSecond, seconds }, async (nth) => {
            const eventId = await events.emitEvent(counted, countedData(nth), 'bench');
            committed.set(eventId, performance.now());
          });
          const deadline = Date.now() + GIVE_UP_MS;
          while ([...committed.keys()].some((eventId) => !received.has(eventId))) {
            if (Date.now() > deadline) throw new Error(`${committed.size} events were emitted and not all have come`);
            await new Promise((resolve) => setTimeout(resolve, 20));
          }
          // A message may overtake the answer to its commit; then it took no time at all.
          const waits = [...committed].map(([eventId, at]) => Math.max(0, (received.get(eventId) ?? Number.NaN) - at));
          return { p50: percentile(waits, 0.5), p99: percentile(waits, 0.99) };
        },
      },
      async stop() {
        stopping = true;
        await polling;
        transport.close();
        await notifier.close();
        await database.close();
      },
    };
  },
);
