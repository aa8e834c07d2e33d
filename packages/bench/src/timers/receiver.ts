import { createSqsTransport } from '@skelly/events';
import { serveContender } from '../harness/contender';
import { percentile } from '../harness/stats';
import { QUEUE } from '../workload/queue';

export interface Lateness {
  /** Seconds from a timer's due time to its message in hand. */
  readonly p99: number;
  readonly most: number;
}

const POLLERS = 4;

/** Takes every message and remembers how late it came: `occurredAt` of a timer's event is the time that it was set to. */
serveContender<{ endpoint: string; prefix: string }>(async ({ endpoint, prefix }) => {
  const transport = createSqsTransport({ endpoint, region: 'us-east-1', prefix, visibilityTimeout: 60 });
  const lateness = new Map<string, number>();
  let stopping = false;

  async function poll(): Promise<void> {
    while (!stopping) {
      const messages = await transport.receive(QUEUE, { waitSeconds: 1 });
      const at = Date.now();
      for (const { body } of messages) {
        const { event } = JSON.parse(body) as { event: { eventId: string; occurredAt: string } };
        if (!lateness.has(event.eventId)) lateness.set(event.eventId, (at - Date.parse(event.occurredAt)) / 1_000);
      }
      if (messages.length > 0)
        await transport.delete(
          QUEUE,
          messages.map(({ receipt }) => receipt),
        );
    }
  }
  const polling = Promise.all(Array.from({ length: POLLERS }, poll));
  return {
    commands: {
      count: async (): Promise<number> => lateness.size,
      async read(): Promise<Lateness> {
        const all = [...lateness.values()];
        return { p99: percentile(all, 0.99), most: percentile(all, 1) };
      },
      forget: async () => lateness.clear(),
    },
    async stop() {
      stopping = true;
      await polling;
      transport.close();
    },
  };
});
