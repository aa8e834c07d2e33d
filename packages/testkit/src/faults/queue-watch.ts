import { GetQueueAttributesCommand, ListQueuesCommand, PurgeQueueCommand, SQSClient } from '@aws-sdk/client-sqs';

/** The run's own look at its queues, past the proxies. */
export interface QueueWatch {
  /** Messages in the queues, hidden ones included; those of dead-letter queues are not counted. */
  waiting(): Promise<number>;
  /** Queues and dead-letter queues that are not empty, a line each. */
  left(): Promise<readonly string[]>;
  /** Empties every queue but the dead-letter queues: what is there is the only copy of it. */
  purge(): Promise<void>;
  close(): void;
}

export function createQueueWatch(options: { endpoint: string; prefix: string }): QueueWatch {
  const client = new SQSClient({
    region: 'us-east-1',
    endpoint: options.endpoint,
    useQueueUrlAsEndpoint: false,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });

  async function urls(): Promise<readonly string[]> {
    const { QueueUrls = [] } = await client.send(new ListQueuesCommand({ QueueNamePrefix: options.prefix }));
    return QueueUrls;
  }

  async function depths(): Promise<readonly { name: string; messages: number; inFlight: number }[]> {
    return Promise.all(
      (await urls()).map(async (QueueUrl) => {
        const { Attributes = {} } = await client.send(
          new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }),
        );
        const inFlight = Number(Attributes.ApproximateNumberOfMessagesNotVisible);
        const delayed = Number(Attributes.ApproximateNumberOfMessagesDelayed ?? 0);
        const messages = Number(Attributes.ApproximateNumberOfMessages) + delayed + inFlight;
        return { name: QueueUrl.split('/').at(-1) ?? QueueUrl, messages, inFlight };
      }),
    );
  }

  return {
    async waiting() {
      const own = (await depths()).filter(({ name }) => !name.endsWith('-dlq'));
      return own.reduce((sum, { messages }) => sum + messages, 0);
    },
    async left() {
      const full = (await depths()).filter(({ messages }) => messages > 0);
      return full.map(({ name, messages, inFlight }) => `${name}: ${messages} messages, ${inFlight} of them in flight`);
    },
    async purge() {
      const own = (await urls()).filter((url) => !url.endsWith('-dlq'));
      await Promise.all(own.map((QueueUrl) => client.send(new PurgeQueueCommand({ QueueUrl }))));
    },
    close: () => client.destroy(),
  };
}
