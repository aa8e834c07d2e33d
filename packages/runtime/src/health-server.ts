import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Metrics } from './metrics/metrics';
import { answerHealth, type Readiness } from './readiness';

/** What whoever runs a process may ask it. */
export interface Inspection {
  readonly readiness: Readiness;
  readonly metrics: Metrics;
}

/**
 * Answers `/health/live`, `/health/ready` and `/metrics` and returns true, or leaves the response alone and returns false. Not for the
 * public: a front door answers 404 for these, as the edge does.
 */
export function handleInspection(
  { readiness, metrics }: Inspection,
  request: IncomingMessage,
  response: ServerResponse,
): boolean {
  const path = request.url?.split('?', 1)[0] ?? '/';
  if (path === '/metrics') {
    void answerMetrics(metrics, response);
    return true;
  }
  const answer = answerHealth(path, readiness);
  if (!answer) return false;
  response.writeHead(answer.status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(answer.body));
  return true;
}

async function answerMetrics(metrics: Metrics, response: ServerResponse): Promise<void> {
  try {
    const text = await metrics.scrape();
    response.writeHead(200, { 'content-type': metrics.contentType, 'cache-control': 'no-store' }).end(text);
  } catch {
    response.writeHead(500).end();
  }
}

/** The HTTP server of a process that has no other: health, metrics and nothing else. */
export function createInspectionServer(inspection: Inspection): Server {
  return createServer((request, response) => {
    if (!handleInspection(inspection, request, response)) response.writeHead(404).end();
  });
}

/**
 * Listens, and resolves with the port once connections are accepted.
 *
 * @throws the server's own error, such as EADDRINUSE.
 */
export function listen(server: Server, options: { host: string; port: number }): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, () => {
      server.off('error', reject);
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : options.port);
    });
  });
}

/** Milliseconds between looks for connections that have become idle while a server closes. */
const IDLE_CHECK_MS = 50;

/** Stops accepting, ends connections as they become idle, and resolves when the last request has been answered. */
export function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    // A connection that is busy now is kept alive after its answer, and `close` would wait for its client to leave.
    const idleCheck = setInterval(() => server.closeIdleConnections(), IDLE_CHECK_MS);
    server.close(() => {
      clearInterval(idleCheck);
      resolve();
    });
    server.closeIdleConnections();
  });
}
