import { Agent, type IncomingHttpHeaders, request } from 'node:http';

export interface SqsAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** The SQS server behind the proxy. */
export interface Upstream {
  /** Passes a call on. @throws when the server is away or `signal` aborts. */
  call(headers: IncomingHttpHeaders, body: Buffer, signal?: AbortSignal): Promise<SqsAnswer>;
  close(): void;
}

/** Describe one connection each; the proxy has its own. */
const HOP_HEADERS = ['host', 'connection', 'content-length', 'transfer-encoding', 'expect'];

export function connectUpstream(endpoint: string): Upstream {
  const { hostname, port } = new URL(endpoint);
  const agent = new Agent({ keepAlive: true, maxSockets: 256 });
  return {
    call: (headers, body, signal) =>
      new Promise((resolve, reject) => {
        const passed = Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP_HEADERS.includes(name)));
        const call = request(
          {
            agent,
            hostname,
            port,
            method: 'POST',
            path: '/',
            ...(signal ? { signal } : {}),
            headers: { ...passed, 'content-length': body.length },
          },
          (answer) => {
            const parts: Buffer[] = [];
            answer.on('data', (part: Buffer) => parts.push(part));
            answer.on('error', reject);
            answer.on('end', () =>
              resolve({ status: answer.statusCode ?? 502, headers: answer.headers, body: Buffer.concat(parts) }),
            );
          },
        );
        call.on('error', reject);
        call.end(body);
      }),
    close: () => agent.destroy(),
  };
}
