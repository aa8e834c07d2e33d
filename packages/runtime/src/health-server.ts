import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { answerHealth, type Readiness } from './readiness';

/** Answers `/healthz` and `/readyz` and returns true, or leaves the response alone and returns false. */
export function handleHealth(readiness: Readiness, request: IncomingMessage, response: ServerResponse): boolean {
  const answer = answerHealth(new URL(request.url ?? '/', 'http://health').pathname, readiness);
  if (!answer) return false;
  response.writeHead(answer.status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(answer.body));
  return true;
}

/** The HTTP server of a process that has no other: health and nothing else. */
export function createHealthServer(readiness: Readiness): Server {
  return createServer((request, response) => {
    if (!handleHealth(readiness, request, response)) response.writeHead(404).end();
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
