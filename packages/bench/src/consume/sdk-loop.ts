import { DeleteMessageBatchCommand, type Message, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import pg from 'pg';
import { serveContender } from '../harness/contender';
import { urlOf } from '../workload/batcher';
import { countOne, countSet } from '../workload/counters';
import { createTunedClient } from '../workload/sdk-client';
import { countingOf } from './peer-message';

const LOOPS = 8;

/** The loop that anybody would write with the SDK alone: receive ten, handle them, delete them, eight at once. */
serveContender<{ databaseUrl: string; endpoint: string; queueName: string; kind: 'plain' | 'batch' }>(
  async ({ databaseUrl, endpoint, queueName, kind }) => {
    const pool = new pg.Pool({ connectionString: databaseUrl, max: 20 });
    const sqs = createTunedClient(endpoint);
    const QueueUrl = await urlOf(sqs, queueName);
    const ending = new AbortController();

    async function handle(messages: readonly Message[]): Promise<void> {
      const countings = messages.map(countingOf);
      if (kind === 'batch') await countSet(pool, countings);
      else await Promise.all(countings.map((counting) => countOne(pool, counting)));
    }

    async function loop(): Promise<void> {
      while (!ending.signal.aborted) {
        const { Messages = [] } = await sqs.send(
          new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 2 }),
          { abortSignal: ending.signal },
        );
        if (Messages.length === 0) continue;
        await handle(Messages);
        const Entries = Messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
        await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
      }
    }

    const loops = Array.from({ length: LOOPS }, () =>
      loop().catch((error) => {
        if (ending.signal.aborted) return;
        console.error(error);
        process.exit(1);
      }),
    );
    return {
      async stop() {
        ending.abort();
        await Promise.all(loops);
        await pool.end();
        sqs.destroy();
      },
    };
  },
);
