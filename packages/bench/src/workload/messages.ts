import { PurgeQueueCommand } from '@aws-sdk/client-sqs';
import type { LabQueues } from '../harness/lab';
import { urlOf } from './batcher';
import { countedData } from './counted';
import { createTunedClient } from './sdk-client';

const BATCH = 10;
const IN_FLIGHT = 8;

/** Puts messages of 500 B into a queue, as a peer's producer would. */
export async function fillQueue(queues: LabQueues, queue: string, count: number): Promise<void> {
  let next = 0;
  async function send(): Promise<void> {
    while (next < count) {
      const from = next;
      next = Math.min(count, from + BATCH);
      const bodies = Array.from({ length: next - from }, (_, index) => JSON.stringify(countedData(from + index)));
      const refused = (await queues.send(queue, bodies)).find((outcome) => outcome !== undefined);
      if (refused) throw new Error(`The queue did not take a message: ${refused.code} ${refused.message}`);
    }
  }
  await Promise.all(Array.from({ length: IN_FLIGHT }, send));
}

/** Throws away all that a queue holds. */
export async function purge(queues: LabQueues, queue: string): Promise<void> {
  const client = createTunedClient(queues.endpoint);
  await client.send(new PurgeQueueCommand({ QueueUrl: await urlOf(client, queues.prefix + queue) }));
  client.destroy();
}

/** Waits until a queue has had so many messages put into it that nobody takes out. */
export async function untilHolding(
  queues: LabQueues,
  queue: string,
  count: number,
  { withinMs = 120_000, watch = () => {} }: { withinMs?: number; watch?: () => void } = {},
): Promise<void> {
  await untilDepth(queues, queue, (depth) => depth >= count, `${count} messages in the queue`, { withinMs, watch });
}

/** Waits until nothing is left in a queue, in hand or not. */
export async function untilEmpty(
  queues: LabQueues,
  queue: string,
  { withinMs = 120_000, watch = () => {} }: { withinMs?: number; watch?: () => void } = {},
): Promise<void> {
  await untilDepth(queues, queue, (depth) => depth === 0, 'an empty queue', { withinMs, watch });
}

async function untilDepth(
  queues: LabQueues,
  queue: string,
  reached: (depth: number) => boolean,
  what: string,
  { withinMs, watch }: { withinMs: number; watch: () => void },
): Promise<void> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const { visible, inFlight, delayed } = await queues.depth(queue);
    const depth = visible + inFlight + delayed;
    if (reached(depth)) return;
    watch();
    if (Date.now() > deadline) throw new Error(`${what}: not within ${withinMs / 1_000} s; it holds ${depth}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
