import { Pool } from 'undici';

export interface Answer {
  readonly status: number;
  readonly body: string;
}

export interface Poster {
  /**
   * Sends one POST and reads its answer whole.
   *
   * @param origin such as `https://sqs.eu-central-1.amazonaws.com`; connections to the last one are kept.
   * @param bounds.withinMs milliseconds for the whole answer.
   * @throws undici's error when there is no whole answer, or an Error when it is late; the signal's reason when it aborted. Either way
   *   the connection is closed.
   */
  post(
    origin: string,
    request: { readonly path: string; readonly headers: Record<string, string>; readonly body: Buffer },
    bounds: { readonly withinMs: number; readonly signal: AbortSignal | undefined },
  ): Promise<Answer>;
  /** Closes every connection; what is under way fails. */
  close(): void;
}

/** Connections to the server at most; what comes on top waits for one. */
const CONNECTIONS = 100;
/** Milliseconds for a connection to be made. */
const CONNECT_MS = 3_000;

/**
 * HTTP/1.1 over kept connections, by undici's dispatcher, which hands over bytes and nothing else.
 *
 * @param options.maxAnswerBytes a longer answer is given up.
 */
export function createPoster(options: { maxAnswerBytes: number }): Poster {
  let pool: Pool | undefined;
  let poolOrigin: string | undefined;

  function poolOf(origin: string): Pool {
    if (!pool || poolOrigin !== origin) {
      void pool?.close();
      pool = new Pool(origin, { connections: CONNECTIONS, connect: { timeout: CONNECT_MS } });
      poolOrigin = origin;
    }
    return pool;
  }

  return {
    post: (origin, request, { withinMs, signal }) =>
      new Promise((resolve, reject) => {
        let abort: ((reason?: Error) => void) | undefined;
        let ended = false;
        let status = 0;
        let size = 0;
        const chunks: Buffer[] = [];

        const timer = setTimeout(() => fail(new Error(`SQS did not answer within ${withinMs} ms`)), withinMs);

        function end(): void {
          ended = true;
          clearTimeout(timer);
          signal?.removeEventListener('abort', giveUp);
        }
        function fail(error: Error): void {
          end();
          reject(error);
          abort?.(error);
        }
        function giveUp(): void {
          fail(signal?.reason as Error);
        }

        signal?.addEventListener('abort', giveUp, { once: true });
        poolOf(origin).dispatch(
          // The one timer bounds the whole; undici's own would only be more of them.
          { method: 'POST', ...request, headersTimeout: 0, bodyTimeout: 0 },
          {
            onConnect(cancel) {
              abort = cancel;
              // Given up while it waited for a connection: it is not sent.
              if (ended) cancel();
            },
            onHeaders(code) {
              status = code;
              return true;
            },
            onData(chunk) {
              size += chunk.length;
              if (size > options.maxAnswerBytes)
                fail(new Error(`The answer is longer than ${options.maxAnswerBytes} bytes`));
              else chunks.push(chunk);
              return true;
            },
            onComplete() {
              end();
              const [first] = chunks;
              resolve({
                status,
                body: (chunks.length === 1 && first ? first : Buffer.concat(chunks)).toString('utf8'),
              });
            },
            onError(error) {
              end();
              reject(error);
            },
          },
        );
      }),
    close() {
      void pool?.destroy();
    },
  };
}
