import { Agent, createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { createProxyServer } from 'httpxy';
import { isInspection, routeOf, type Upstream } from './routes';
import { answerUnavailable, unavailableBy, unavailableUpgrade } from './unavailable';

export interface EdgeOptions {
  /** 0 takes a free port. */
  port: number;
  upstreams: Record<Upstream, number>;
  /** Milliseconds without a byte until an upstream's answer is given up. Default 120000; streams send pings more often. */
  idleTimeoutMs?: number;
}

const CLOSE_WITHIN_MS = 1_000;
const NOT_FOUND_UPGRADE = 'HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n';

/**
 * The front door of a developer's machine: one origin for the browser on 127.0.0.1 and ::1. Answers are passed on
 * byte by byte as they come, upgrades are passed, X-Forwarded-For is appended to, and an upstream that is down is a
 * readable 502. Health and metrics are not passed: they are a 404.
 */
export async function listenEdge(options: EdgeOptions): Promise<{ port: number; close(): Promise<void> }> {
  const idleTimeoutMs = options.idleTimeoutMs ?? 120_000;
  const agent = new Agent({ keepAlive: true, maxFreeSockets: 64 });
  const proxy = createProxyServer({ prependPath: false });
  /** Upgraded connections, with what had been written to each before. */
  const upgrades = new Map<Duplex, number>();

  const targetOf = (upstream: Upstream) => `http://127.0.0.1:${options.upstreams[upstream]}`;
  const fail = (error: NodeJS.ErrnoException, request: IncomingMessage, response: ServerResponse | Duplex) => {
    const upstream = routeOf(request.url ?? '/');
    const reason = unavailableBy(error);
    if ('writeHead' in response) {
      if (response.headersSent || response.destroyed) response.destroy();
      else answerUnavailable(request, response, upstream, reason);
    } else if (response instanceof Socket && response.bytesWritten === upgrades.get(response)) {
      response.write(unavailableUpgrade(upstream, reason));
      // Not only its half: the other side may keep the rest open for ever.
      response.destroySoon();
    } else {
      response.destroy();
    }
  };
  proxy.on('error', (error, request, response) => {
    if (request && response) fail(error, request, response);
  });
  // A stream's headers must not wait for its first byte.
  proxy.on('proxyRes', (_answer, _request, response) =>
    queueMicrotask(() => response.headersSent || response.flushHeaders()),
  );
  // Without a code of its own the library's timeout would look like an upstream that hung up.
  proxy.on('proxyReq', (outgoing) => {
    outgoing.setTimeout(idleTimeoutMs, () =>
      outgoing.destroy(Object.assign(new Error('The upstream is silent'), { code: 'ETIMEDOUT' })),
    );
  });

  const onRequest = (request: IncomingMessage, response: ServerResponse) => {
    if (isInspection(request.url ?? '/')) return void response.writeHead(404).end();
    forward(request);
    void proxy.web(request, response, { target: targetOf(routeOf(request.url ?? '/')), agent });
  };
  const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // Node hands out a Duplex by type; over TCP it is always a Socket, which the library needs.
    if (!(socket instanceof Socket)) return socket.destroy();
    if (isInspection(request.url ?? '/')) return socket.end(NOT_FOUND_UPGRADE, () => socket.destroySoon());
    forward(request);
    upgrades.set(socket, socket.bytesWritten);
    socket.once('close', () => upgrades.delete(socket));
    void proxy.ws(
      request,
      socket,
      { target: targetOf(routeOf(request.url ?? '/')), upgradeTimeout: idleTimeoutMs },
      head,
    );
    return socket;
  };

  const servers: Server[] = [];
  let port = options.port;
  for (const host of ['127.0.0.1', '::1']) {
    const server = createServer(
      { headersTimeout: 15_000, requestTimeout: 300_000, keepAliveTimeout: 65_000 },
      onRequest,
    ).on('upgrade', onUpgrade);
    const bound = await listen(server, port, host);
    if (bound === null) continue;
    port = bound;
    servers.push(server);
  }

  return {
    port,
    async close() {
      const closed = servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve())));
      for (const server of servers) server.closeIdleConnections();
      for (const socket of upgrades.keys()) socket.destroy();
      const timer = setTimeout(() => {
        for (const server of servers) server.closeAllConnections();
      }, CLOSE_WITHIN_MS);
      await Promise.all(closed);
      clearTimeout(timer);
      agent.destroy();
    },
  };
}

/** Tells the upstream who asks, under which name, and how. What a client claims about host and protocol is replaced. */
function forward(request: IncomingMessage): void {
  const chain = [request.headers['x-forwarded-for'], request.socket.remoteAddress ?? 'unknown'];
  request.headers['x-forwarded-for'] = chain.flat().filter(Boolean).join(', ');
  request.headers['x-forwarded-host'] = request.headers.host ?? '';
  request.headers['x-forwarded-proto'] = 'http';
}

/** @returns the port, or null where this machine has no such address (::1 without IPv6). */
function listen(server: Server, port: number, host: string): Promise<number | null> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (host === '::1' && (error.code === 'EADDRNOTAVAIL' || error.code === 'EAFNOSUPPORT')) resolve(null);
      else reject(error);
    });
    server.listen({ port, host, exclusive: true }, () => {
      const address = server.address();
      resolve(address && typeof address === 'object' ? address.port : port);
    });
  });
}
