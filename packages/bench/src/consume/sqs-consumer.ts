import type { Message } from '@aws-sdk/client-sqs';
import pg from 'pg';
import { Consumer } from 'sqs-consumer';
import { serveContender } from '../harness/contender';
import { urlOf } from '../workload/batcher';
import { countOne, countSet } from '../workload/counters';
import { createTunedClient } from '../workload/sdk-client';
import { countingOf } from './peer-message';

/** Consumers of one process: each has one receive or ten messages in hand. More only wait for each other here. */
const POLLERS = 8;

/**
 * sqs-consumer 14 as far as its settings go: ten messages a receive, eight pollers, no pause between polls, and an SDK client
 * with kept connections and without checksums. With `batch` its batch handler is the set-based statement, and it
 * deletes ten at a time; with `plain` each message has its handler call and its transaction, ten of a receive at once,
 * and it deletes each by itself, as the library does.
 */
serveContender<{ databaseUrl: string; endpoint: string; queueName: string; kind: 'plain' | 'batch' }>(
  async ({ databaseUrl, endpoint, queueName, kind }) => {
    const pool = new pg.Pool({ connectionString: databaseUrl, max: 20 });
    const sqs = createTunedClient(endpoint);
    const queueUrl = await urlOf(sqs, queueName);
    const handler =
      kind === 'plain'
        ? {
            async handleMessage(message: Message) {
              await countOne(pool, countingOf(message));
              return message;
            },
          }
        : {
            async handleMessageBatch(messages: Message[]) {
              await countSet(pool, messages.map(countingOf));
              return messages;
            },
          };
    const consumers = Array.from({ length: POLLERS }, () => {
      const consumer = Consumer.create({
        queueUrl,
        sqs,
        batchSize: 10,
        waitTimeSeconds: 2,
        pollingWaitTimeMs: 0,
        ...handler,
      });
      consumer.on('error', (error) => console.error(error));
      consumer.on('processing_error', (error) => console.error(error));
      consumer.start();
      return consumer;
    });
    return {
      async stop() {
        for (const consumer of consumers) consumer.stop({ abort: true });
        await pool.end();
        sqs.destroy();
      },
    };
  },
);
