import { createSqsTransport, type QueueTransport } from '@skelly/events';
import { readEnv } from './env';

/** Runs with the queues of the environment, and closes the way to them after it. */
export async function withTransport<T>(run: (transport: QueueTransport) => Promise<T>): Promise<T> {
  const env = readEnv();
  const transport = createSqsTransport({
    endpoint: env.AWS_ENDPOINT_URL_SQS,
    region: env.AWS_REGION,
    prefix: env.SQS_QUEUE_PREFIX,
    visibilityTimeout: env.SQS_VISIBILITY_TIMEOUT,
    fastPath: false,
    answerWithinMs: 3_000,
  });
  try {
    return await run(transport);
  } finally {
    transport.close();
  }
}
