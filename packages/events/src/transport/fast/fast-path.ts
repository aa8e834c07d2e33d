import type { SQSClient } from '@aws-sdk/client-sqs';
import type { CallOptions, DataCall, DataCalls, DataPath } from '../data-path';
import { watchAddress } from './address';
import { judge, type Verdict } from './judge';
import { createPoster } from './post';
import { createRests } from './rest';
import { createSigner } from './sign';

/** Ten messages of SQS's largest, 1 MiB, with each byte escaped in six: no answer is longer. */
const MAX_ANSWER_BYTES = 64 * 1_048_576;

/** Sent in the place where the SDK tells its name and version. */
export const USER_AGENT = 'skelly';

export interface FastPathOptions {
  /** Whose credentials, region, clock and address are used, each as it is at the moment of the request. */
  readonly client: SQSClient;
  /** Makes the call where this path cannot. */
  readonly sdk: DataPath;
  /** Milliseconds for an answer; a long poll has its wait on top. */
  readonly answerWithinMs: number;
  /** Milliseconds, of a clock that only goes forward. */
  readonly monotonic: () => number;
  /** Told when a queue is left to the SDK for a while, and why. */
  readonly onDoubt: (queueUrl: string, why: string) => void;
}

/**
 * The calls beside the SDK's middleware, for a fifth of its time: signed here, sent over kept connections. It goes
 * the happy way only. Whatever is not a plain success is asked again through the SDK, so errors are the SDK's own and so are
 * its repeats; after an answer that cannot be relied on the queue is the SDK's alone for five seconds.
 *
 * Asking again may send a batch twice, when the server had taken it and its answer was lost, and may receive while the first
 * receive has taken messages, which come back after their visibility timeout. Both are at least once, as SQS itself is, and as
 * the SDK's own repeats are. What the caller has aborted is not asked again.
 */
export function createFastPath(options: FastPathOptions): DataPath {
  const { client, sdk, answerWithinMs, onDoubt } = options;
  const { config } = client;
  const sign = createSigner();
  const poster = createPoster({ maxAnswerBytes: MAX_ANSWER_BYTES });
  const rests = createRests(options.monotonic);
  const address = watchAddress(client);
  let closed = false;

  async function attempt<Name extends DataCall>(
    name: Name,
    input: DataCalls[Name]['input'],
    { waitMs = 0, signal }: CallOptions,
  ): Promise<Verdict<Name>> {
    const to = address();
    if (!to) return { kind: 'refused' };
    try {
      const [credentials, region] = await Promise.all([config.credentials(), config.region()]);
      const body = Buffer.from(JSON.stringify(input));
      const headers = sign(
        {
          path: to.path,
          body,
          headers: {
            'content-length': String(body.length),
            'content-type': 'application/x-amz-json-1.0',
            host: to.host,
            'x-amz-target': `AmazonSQS.${name}`,
            'x-amz-user-agent': USER_AGENT,
            'x-amzn-query-mode': 'true',
          },
        },
        { credentials, region, date: new Date(Date.now() + config.systemClockOffset) },
      );
      signal?.throwIfAborted();
      const bounds = { withinMs: waitMs + answerWithinMs, signal };
      return judge(name, await poster.post(to.origin, { path: to.path, headers, body }, bounds));
    } catch (error) {
      return { kind: 'doubtful', why: (error as Error).message };
    }
  }

  return {
    async call(name, input, callOptions = {}) {
      if (rests.resting(input.QueueUrl)) return sdk.call(name, input, callOptions);
      const verdict = await attempt(name, input, callOptions);
      if (verdict.kind === 'plain') return verdict.output;
      callOptions.signal?.throwIfAborted();
      if (closed) throw new Error('The connection to SQS was closed.');
      if (verdict.kind === 'doubtful') {
        rests.begin(input.QueueUrl);
        onDoubt(input.QueueUrl, verdict.why);
      }
      return sdk.call(name, input, callOptions);
    },
    close() {
      closed = true;
      poster.close();
      sdk.close();
    },
  };
}
