import { randomBytes } from 'node:crypto';
import { DeleteQueueCommand, ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { createSqsTransport, type QueueTransport } from '@skelly/events';
import { testEnvironment } from './jest/environment';

const REGION = 'us-east-1';

/** Queues under a random prefix, on whichever server the run has. */
export interface TestQueues extends QueueTransport {
  readonly prefix: string;
  /** URL of the server. */
  readonly endpoint: string;
  /** The server, for what the transport does not do. */
  readonly client: SQSClient;
  /** Another connection to the same queues, as another process would have. */
  connect(): QueueTransport;
  /** Deletes every queue of the prefix. */
  drop(): Promise<void>;
}

/**
 * Call `drop` in `afterAll`.
 *
 * @param options.visibilityTimeout seconds. @defaultValue 30
 * @param options.fastPath whether messages travel beside the SDK. @defaultValue true
 * @param options.onDoubt told when the fast path leaves a queue to the SDK.
 */
export function createTestQueues(
  options: { visibilityTimeout?: number; fastPath?: boolean; onDoubt?: (queueUrl: string, why: string) => void } = {},
): TestQueues {
  const { sqsEndpoint } = testEnvironment();
  const prefix = `test-${randomBytes(6).toString('hex')}-`;
  const connect = () =>
    createSqsTransport({
      endpoint: sqsEndpoint,
      region: REGION,
      prefix,
      ...options,
      visibilityTimeout: options.visibilityTimeout ?? 30,
    });
  const client = new SQSClient({
    region: REGION,
    ...(sqsEndpoint ? { endpoint: sqsEndpoint } : {}),
    useQueueUrlAsEndpoint: false,
  });
  return {
    ...connect(),
    prefix,
    endpoint: sqsEndpoint ?? `https://sqs.${REGION}.amazonaws.com`,
    client,
    connect,
    async drop() {
      const { QueueUrls = [] } = await client.send(new ListQueuesCommand({ QueueNamePrefix: prefix }));
      for (const QueueUrl of QueueUrls) await client.send(new DeleteQueueCommand({ QueueUrl }));
      client.destroy();
    },
  };
}
