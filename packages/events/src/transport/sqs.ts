import { performance } from 'node:perf_hooks';
import { createFastPath } from './fast/fast-path';
import { createQueues } from './queues';
import { createSdkPath, createSqsClient, type SqsClientOptions } from './sdk-path';
import { MAX_BATCH_ENTRIES, type QueueTransport, type ReceivedMessage, type SendOutcome } from './transport';

export interface SqsTransportOptions extends Omit<SqsClientOptions, 'answerWithinMs'> {
  /** What every queue's name begins with. */
  readonly prefix: string;
  /** Seconds until a message that a dead worker held comes back. */
  readonly visibilityTimeout: number;
  /** Milliseconds for an answer; a long poll has its wait on top. @defaultValue 10000 */
  readonly answerWithinMs?: number;
  /**
   * Whether messages travel beside the SDK's middleware, for a fifth of its time; the SDK does the rest either way. Never
   * with a request handler of your own, which knows a way to the server that the fast path does not.
   * @defaultValue true, SQS_FAST_PATH
   */
  readonly fastPath?: boolean;
  /** Told when the fast path leaves a queue to the SDK for a while, and why. */
  readonly onDoubt?: (queueUrl: string, why: string) => void;
}

/**
 * {@link QueueTransport} over SQS's JSON protocol, on any server that speaks it. A queue that has vanished (a server that
 * keeps none across a restart) is created again, once a call.
 */
export function createSqsTransport(options: SqsTransportOptions): QueueTransport {
  const { prefix, visibilityTimeout, answerWithinMs = 10_000 } = options;
  const client = createSqsClient({ ...options, answerWithinMs });
  const queues = createQueues(client, { prefix, visibilityTimeout, answerWithinMs });
  const sdk = createSdkPath(client, { answerWithinMs });
  const path =
    options.fastPath === false || options.requestHandler
      ? sdk
      : createFastPath({
          client,
          sdk,
          answerWithinMs,
          monotonic: () => performance.now(),
          onDoubt: options.onDoubt ?? (() => undefined),
        });

  /** Runs a batch call for ten receipts at a time, all of them. @throws the first failure, when all have been tried. */
  async function inBatches(
    receipts: readonly string[],
    call: (entries: { Id: string; ReceiptHandle: string }[]) => Promise<unknown>,
  ): Promise<void> {
    // A receipt twice in one call makes some servers refuse the whole call.
    const distinct = [...new Set(receipts)];
    let failure: { error: unknown } | undefined;
    for (let start = 0; start < distinct.length; start += MAX_BATCH_ENTRIES) {
      const part = distinct.slice(start, start + MAX_BATCH_ENTRIES);
      await call(part.map((receipt, index) => ({ Id: String(index), ReceiptHandle: receipt }))).catch((error) => {
        failure ??= { error };
      });
    }
    if (failure) throw failure.error;
  }

  return {
    ensureQueue: (queue) => queues.ensure(queue),

    async send(queue, bodies, signal) {
      const Entries = bodies.map((body, index) => ({ Id: String(index), MessageBody: body }));
      const { Successful, Failed } = await queues.withUrl(queue, (QueueUrl) =>
        path.call('SendMessageBatch', { QueueUrl, Entries }, { signal }),
      );
      // Taken is what the server says that it took, and nothing else.
      const outcomes: SendOutcome[] = bodies.map(() => NOT_MENTIONED);
      for (const { Id } of Successful ?? []) outcomes[Number(Id)] = undefined;
      for (const { Id, Code, Message } of Failed ?? [])
        outcomes[Number(Id)] = { code: Code ?? 'Unknown', message: Message ?? '' };
      return outcomes;
    },

    async receive(queue, { waitSeconds, max = MAX_BATCH_ENTRIES, signal }) {
      const { Messages } = await queues.withUrl(queue, (QueueUrl) =>
        path.call(
          'ReceiveMessage',
          {
            QueueUrl,
            MaxNumberOfMessages: max,
            WaitTimeSeconds: waitSeconds,
            MessageSystemAttributeNames: ['ApproximateReceiveCount'],
          },
          { waitMs: waitSeconds * 1_000, signal },
        ),
      );
      return (Messages ?? []).map(
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
      await queues.withUrl(queue, (QueueUrl) =>
        inBatches(receipts, (Entries) => path.call('DeleteMessageBatch', { QueueUrl, Entries })),
      );
    },

    async changeVisibility(queue, receipts, seconds) {
      await queues.withUrl(queue, (QueueUrl) =>
        inBatches(receipts, (entries) =>
          path.call('ChangeMessageVisibilityBatch', {
            QueueUrl,
            Entries: entries.map((entry) => ({ ...entry, VisibilityTimeout: seconds })),
          }),
        ),
      );
    },

    async depth(queue) {
      const has = await queues.withUrl(queue, (url) =>
        queues.attributes(url, [
          'ApproximateNumberOfMessages',
          'ApproximateNumberOfMessagesNotVisible',
          'ApproximateNumberOfMessagesDelayed',
        ]),
      );
      return {
        visible: Number(has.ApproximateNumberOfMessages ?? 0),
        inFlight: Number(has.ApproximateNumberOfMessagesNotVisible ?? 0),
        delayed: Number(has.ApproximateNumberOfMessagesDelayed ?? 0),
      };
    },

    list: () => queues.list(),
    purge: (queue) => queues.withUrl(queue, (url) => queues.purge(url)),

    close: () => path.close(),
  };
}

const NOT_MENTIONED: SendOutcome = {
  code: 'NotMentioned',
  message: 'The server did not say that it took the message.',
};
