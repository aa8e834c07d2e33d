import {
  ChangeMessageVisibilityBatchCommand,
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { isMissingQueue } from './sqs-errors';
import {
  deadLetterQueue,
  MAX_BATCH_ENTRIES,
  type QueueTransport,
  type ReceivedMessage,
  type SendOutcome,
} from './transport';

/** How often a message may be received before it goes to the dead-letter queue. */
const MAX_RECEIVE_COUNT = 5;
/** 14 days, SQS's longest, in seconds. */
const RETENTION_SECONDS = 1_209_600;

export interface SqsTransportOptions {
  /** Server to speak to; AWS itself when undefined. */
  readonly endpoint: string | undefined;
  readonly region: string;
  /** What every queue's name begins with. */
  readonly prefix: string;
  /** Seconds until a message that a dead worker held comes back. */
  readonly visibilityTimeout: number;
  /** Milliseconds for an answer; a long poll has its wait on top. @defaultValue 10000 */
  readonly answerWithinMs?: number;
}

/**
 * {@link QueueTransport} over SQS's JSON protocol by the AWS SDK, on any server that speaks it. A queue that has vanished
 * (a server that keeps none across a restart) is created again, once a call.
 */
export function createSqsTransport(options: SqsTransportOptions): QueueTransport {
  const { prefix, visibilityTimeout, answerWithinMs = 10_000 } = options;
  const client = new SQSClient({
    region: options.region,
    ...(options.endpoint ? { endpoint: options.endpoint } : {}),
    // Emulators answer with queue URLs whose host may not resolve here; the endpoint is where they are.
    useQueueUrlAsEndpoint: false,
    // The checksum costs a quarter of the client's time, and TCP and TLS have theirs.
    md5: false,
    maxAttempts: 2,
    requestHandler: {
      connectionTimeout: 3_000,
      requestTimeout: answerWithinMs,
      // Without it the SDK only warns of a server that takes a request and never answers.
      throwOnRequestTimeout: true,
      httpAgent: { maxSockets: 100, keepAlive: true },
      httpsAgent: { maxSockets: 100, keepAlive: true },
    },
  });
  const urls = new Map<string, Promise<string>>();

  async function findUrl(name: string): Promise<string | undefined> {
    try {
      return (await client.send(new GetQueueUrlCommand({ QueueName: name }))).QueueUrl;
    } catch (error) {
      if (isMissingQueue(error)) return undefined;
      throw error;
    }
  }

  async function ensureNamed(name: string, attributes: Record<string, string>): Promise<string> {
    const found = await findUrl(name);
    if (found === undefined) {
      const created = await client.send(new CreateQueueCommand({ QueueName: name, Attributes: attributes }));
      return created.QueueUrl as string;
    }
    const { Attributes = {} } = await client.send(
      new GetQueueAttributesCommand({ QueueUrl: found, AttributeNames: ['All'] }),
    );
    const differs = Object.entries(attributes).some(
      ([key, value]) => !sameAttribute(key, value, Attributes[key as keyof typeof Attributes]),
    );
    if (differs) await client.send(new SetQueueAttributesCommand({ QueueUrl: found, Attributes: attributes }));
    return found;
  }

  async function ensure(queue: string): Promise<string> {
    const dlqUrl = await ensureNamed(prefix + deadLetterQueue(queue), {
      MessageRetentionPeriod: String(RETENTION_SECONDS),
    });
    const { Attributes } = await client.send(
      new GetQueueAttributesCommand({ QueueUrl: dlqUrl, AttributeNames: ['QueueArn'] }),
    );
    return ensureNamed(prefix + queue, {
      VisibilityTimeout: String(visibilityTimeout),
      MessageRetentionPeriod: String(RETENTION_SECONDS),
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: Attributes?.QueueArn, maxReceiveCount: MAX_RECEIVE_COUNT }),
    });
  }

  /** The queue's URL, asked for once; several callers share the answer, and a failure is not kept. */
  function urlOf(queue: string, find: () => Promise<string>): Promise<string> {
    let url = urls.get(queue);
    if (!url) {
      url = find();
      url.catch(() => urls.delete(queue));
      urls.set(queue, url);
    }
    return url;
  }

  /** Runs a call with the queue's URL; where the queue is missing, creates it and runs the call once more. */
  async function withQueue<T>(queue: string, call: (url: string) => Promise<T>): Promise<T> {
    const isDlq = queue.endsWith(deadLetterQueue(''));
    const owner = isDlq ? queue.slice(0, -deadLetterQueue('').length) : queue;
    const known = () => urlOf(queue, async () => (await findUrl(prefix + queue)) ?? createAndFind());
    const createAndFind = async () => {
      const url = await ensure(owner);
      return isDlq ? ((await findUrl(prefix + queue)) as string) : url;
    };
    try {
      return await call(await known());
    } catch (error) {
      if (!isMissingQueue(error)) throw error;
      urls.delete(queue);
      return call(await urlOf(queue, createAndFind));
    }
  }

  /** Runs a batch call for ten receipts at a time. */
  async function inBatches(
    receipts: readonly string[],
    call: (entries: { Id: string; ReceiptHandle: string }[]) => Promise<unknown>,
  ): Promise<void> {
    // A receipt twice in one call makes some servers refuse the whole call.
    const distinct = [...new Set(receipts)];
    for (let start = 0; start < distinct.length; start += MAX_BATCH_ENTRIES) {
      const part = distinct.slice(start, start + MAX_BATCH_ENTRIES);
      await call(part.map((receipt, index) => ({ Id: String(index), ReceiptHandle: receipt })));
    }
  }

  return {
    async ensureQueue(queue) {
      urls.delete(queue);
      await urlOf(queue, () => ensure(queue));
    },

    async send(queue, bodies, signal) {
      const entries = bodies.map((body, index) => ({ Id: String(index), MessageBody: body }));
      const { Failed = [] } = await withQueue(queue, (QueueUrl) =>
        client.send(new SendMessageBatchCommand({ QueueUrl, Entries: entries }), signal ? { abortSignal: signal } : {}),
      );
      const outcomes: SendOutcome[] = bodies.map(() => undefined);
      for (const { Id, Code, Message } of Failed)
        outcomes[Number(Id)] = { code: Code ?? 'Unknown', message: Message ?? '' };
      return outcomes;
    },

    async receive(queue, { waitSeconds, max = MAX_BATCH_ENTRIES, signal }) {
      const { Messages = [] } = await withQueue(queue, (QueueUrl) =>
        client.send(
          new ReceiveMessageCommand({
            QueueUrl,
            MaxNumberOfMessages: max,
            WaitTimeSeconds: waitSeconds,
            MessageSystemAttributeNames: ['ApproximateReceiveCount'],
          }),
          { requestTimeout: waitSeconds * 1_000 + answerWithinMs, ...(signal ? { abortSignal: signal } : {}) },
        ),
      );
      return Messages.map(
        (message): ReceivedMessage => ({
          messageId: message.MessageId ?? '',
          receipt: message.ReceiptHandle ?? '',
          body: message.Body ?? '',
          receiveCount: Number(message.Attributes?.ApproximateReceiveCount ?? 1),
        }),
      );
    },

    async delete(queue, receipts) {
      // Refused entries are receipts that a later delivery has replaced: the message comes again and is then a duplicate.
      await withQueue(queue, (QueueUrl) =>
        inBatches(receipts, (Entries) => client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }))),
      );
    },

    async changeVisibility(queue, receipts, seconds) {
      await withQueue(queue, (QueueUrl) =>
        inBatches(receipts, (entries) =>
          client.send(
            new ChangeMessageVisibilityBatchCommand({
              QueueUrl,
              Entries: entries.map((entry) => ({ ...entry, VisibilityTimeout: seconds })),
            }),
          ),
        ),
      );
    },

    async depth(queue) {
      const { Attributes = {} } = await withQueue(queue, (QueueUrl) =>
        client.send(
          new GetQueueAttributesCommand({
            QueueUrl,
            AttributeNames: [
              'ApproximateNumberOfMessages',
              'ApproximateNumberOfMessagesNotVisible',
              'ApproximateNumberOfMessagesDelayed',
            ],
          }),
        ),
      );
      return {
        visible: Number(Attributes.ApproximateNumberOfMessages ?? 0),
        inFlight: Number(Attributes.ApproximateNumberOfMessagesNotVisible ?? 0),
        delayed: Number(Attributes.ApproximateNumberOfMessagesDelayed ?? 0),
      };
    },

    close: () => client.destroy(),
  };
}

/**
 * Whether a queue has the setting. Servers print a redrive policy in their own way (spacing, order, numbers as text) and
 * leave it out where there is none; another setting that they do not tell cannot be compared.
 */
function sameAttribute(key: string, wanted: string, found: string | undefined): boolean {
  if (key !== 'RedrivePolicy') return found === undefined || wanted === found;
  if (found === undefined) return false;
  const canonical = (text: string) => {
    const { deadLetterTargetArn, maxReceiveCount } = JSON.parse(text) as Record<string, unknown>;
    return `${deadLetterTargetArn} ${Number(maxReceiveCount)}`;
  };
  return canonical(wanted) === canonical(found);
}
