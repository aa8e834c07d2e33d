import { GetQueueUrlCommand, SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';

const BATCH = 10;

/** Sends bodies to a queue in full batches of ten, any number of batches at once. @throws when one is refused */
export async function sendAll(client: SQSClient, queueUrl: string, bodies: readonly string[]): Promise<void> {
  const batches: string[][] = [];
  for (let start = 0; start < bodies.length; start += BATCH) batches.push(bodies.slice(start, start + BATCH));
  await Promise.all(batches.map((batch) => sendBatch(client, queueUrl, batch)));
}

export async function sendBatch(client: SQSClient, queueUrl: string, bodies: readonly string[]): Promise<void> {
  const { Failed = [] } = await client.send(
    new SendMessageBatchCommand({
      QueueUrl: queueUrl,
      Entries: bodies.map((MessageBody, index) => ({ Id: String(index), MessageBody })),
    }),
  );
  if (Failed.length > 0) throw new Error(`The queue did not take ${Failed.length} messages: ${Failed[0]?.Message}`);
}

/** Lets callers send one body each and puts ten of them into a call: the last of a tick goes when the tick ends. */
export function createBatcher(client: SQSClient, queueUrl: string): (body: string) => Promise<void> {
  const waiting: { body: string; resolve: () => void; reject: (error: unknown) => void }[] = [];
  function flush(): void {
    const batch = waiting.splice(0, BATCH);
    if (batch.length === 0) return;
    const bodies = batch.map(({ body }) => body);
    const sent = sendBatch(client, queueUrl, bodies);
    for (const { resolve, reject } of batch) sent.then(resolve, reject);
  }
  return (body) =>
    new Promise((resolve, reject) => {
      waiting.push({ body, resolve, reject });
      if (waiting.length === BATCH) flush();
      else if (waiting.length === 1) setImmediate(flush);
    });
}

export async function urlOf(client: SQSClient, queueName: string): Promise<string> {
  return (await client.send(new GetQueueUrlCommand({ QueueName: queueName }))).QueueUrl as string;
}
