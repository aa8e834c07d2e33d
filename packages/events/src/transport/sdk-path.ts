import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SQSClient,
  type SQSClientConfig,
} from '@aws-sdk/client-sqs';
import type { DataCall, DataCalls, DataPath } from './data-path';
import { withDeadline } from './deadline';

/** Tries of the SDK, the first included. */
const TRIES = 2;

export interface SqsClientOptions {
  /** Server to speak to; what the SDK finds by itself when undefined, which is AWS unless it was told otherwise. */
  readonly endpoint: string | undefined;
  readonly region: string;
  /** Milliseconds for an answer; a long poll has its wait on top. */
  readonly answerWithinMs: number;
  /** The way to the server, where it needs a proxy or a certificate authority of its own. @defaultValue HTTP over kept connections */
  readonly requestHandler?: SQSClientConfig['requestHandler'];
}

export function createSqsClient(options: SqsClientOptions): SQSClient {
  return new SQSClient({
    region: options.region,
    ...(options.endpoint ? { endpoint: options.endpoint } : {}),
    // Emulators answer with queue URLs whose host may not resolve here; the endpoint is where they are.
    useQueueUrlAsEndpoint: false,
    // The checksum costs a quarter of the client's time, and TCP and TLS have theirs.
    md5: false,
    maxAttempts: TRIES,
    requestHandler: options.requestHandler ?? {
      connectionTimeout: 3_000,
      requestTimeout: options.answerWithinMs,
      // Without it the SDK only warns of a server that takes a request and never answers.
      throwOnRequestTimeout: true,
      httpAgent: { maxSockets: 100, keepAlive: true },
      httpsAgent: { maxSockets: 100, keepAlive: true },
    },
  });
}

/**
 * The calls by the SDK itself.
 *
 * @param options.answerWithinMs milliseconds for a try; the SDK makes two at most, and the call fails when both took that long.
 */
export function createSdkPath(client: SQSClient, options: { answerWithinMs: number }): DataPath {
  const calls: {
    readonly [Name in DataCall]: (
      input: DataCalls[Name]['input'],
      http: { abortSignal: AbortSignal; requestTimeout: number },
    ) => Promise<DataCalls[Name]['output']>;
  } = {
    SendMessageBatch: (input, http) => client.send(new SendMessageBatchCommand(input), http),
    ReceiveMessage: (input, http) => client.send(new ReceiveMessageCommand(input), http),
    DeleteMessageBatch: (input, http) => client.send(new DeleteMessageBatchCommand(input), http),
    ChangeMessageVisibilityBatch: (input, http) => client.send(new ChangeMessageVisibilityBatchCommand(input), http),
  };
  return {
    call(name, input, { waitMs = 0, signal } = {}) {
      const requestTimeout = waitMs + options.answerWithinMs;
      // The SDK's timeout ends with the answer's head; a body that never ends needs a bound of its own.
      return withDeadline(requestTimeout * TRIES + 1_000, signal, (abortSignal) =>
        calls[name](input, { abortSignal, requestTimeout }),
      );
    },
    close: () => client.destroy(),
  };
}
