/** The calls that carry messages, as SQS's JSON protocol has them; only what we send and read. */
export interface DataCalls {
  SendMessageBatch: {
    input: { QueueUrl: string; Entries: { Id: string; MessageBody: string }[] };
    output: {
      Successful?: { Id?: string | undefined }[] | undefined;
      Failed?: { Id?: string | undefined; Code?: string | undefined; Message?: string | undefined }[] | undefined;
    };
  };
  ReceiveMessage: {
    input: {
      QueueUrl: string;
      MaxNumberOfMessages: number;
      WaitTimeSeconds: number;
      MessageSystemAttributeNames: 'ApproximateReceiveCount'[];
    };
    output: {
      Messages?:
        | {
            MessageId?: string | undefined;
            ReceiptHandle?: string | undefined;
            Body?: string | undefined;
            Attributes?: { ApproximateReceiveCount?: string | undefined } | undefined;
          }[]
        | undefined;
    };
  };
  DeleteMessageBatch: {
    input: { QueueUrl: string; Entries: { Id: string; ReceiptHandle: string }[] };
    output: object;
  };
  ChangeMessageVisibilityBatch: {
    input: { QueueUrl: string; Entries: { Id: string; ReceiptHandle: string; VisibilityTimeout: number }[] };
    output: object;
  };
}

export type DataCall = keyof DataCalls;

export interface CallOptions {
  /** Milliseconds that the server may hold the call on purpose: a long poll. @defaultValue 0 */
  readonly waitMs?: number;
  readonly signal?: AbortSignal | undefined;
}

/** A way to make the calls that carry messages. Errors are the SDK's, whichever way it is. */
export interface DataPath {
  call<Name extends DataCall>(
    name: Name,
    input: DataCalls[Name]['input'],
    options?: CallOptions,
  ): Promise<DataCalls[Name]['output']>;
  /** Ends its connections; calls under way fail. */
  close(): void;
}
