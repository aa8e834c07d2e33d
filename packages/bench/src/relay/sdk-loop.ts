import { serveContender } from '../harness/contender';
import { sendBatch, urlOf } from '../workload/batcher';
import { countedData } from '../workload/counted';
import { createTunedClient } from '../workload/sdk-client';

/** Calls under way at once: more gain nothing, as the SDK's own work is what takes the time. */
const IN_FLIGHT = 16;
const BATCH = 10;

// A loop that only sends: no database, nothing to claim, nothing to delete. The bodies are made before the clock starts.
serveContender<{ endpoint: string; queueName: string }>(async ({ endpoint, queueName }) => {
  const client = createTunedClient(endpoint);
  const queueUrl = await urlOf(client, queueName);
  return {
    commands: {
      /** @returns milliseconds that it took. */
      async send(count: number): Promise<number> {
        const bodies = Array.from({ length: count }, (_, nth) => JSON.stringify(countedData(nth)));
        let next = 0;
        const begun = performance.now();
        async function loop(): Promise<void> {
          while (next < count) {
            const from = next;
            next += BATCH;
            await sendBatch(client, queueUrl, bodies.slice(from, from + BATCH));
          }
        }
        await Promise.all(Array.from({ length: IN_FLIGHT }, loop));
        return performance.now() - begun;
      },
    },
    stop: async () => client.destroy(),
  };
});
