import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Logger } from '@skelly/runtime';
import { type ServerOptions, WebSocketServer } from 'ws';
import { isAllowedOrigin } from './access/origin';
import { LiveSocket } from './connection/live-socket';
import type { Limits } from './limits';

/** Where clients connect. */
export const LIVE_PATH = '/ws';

export interface UpgradeDependencies {
  readonly server: Server;
  readonly limits: Limits;
  readonly allowedOrigins: ReadonlySet<string>;
  /** Sockets that are open now, whether their session is known yet or not. */
  readonly openSockets: () => number;
  readonly isDraining: () => boolean;
  readonly log: Logger;
  /** Takes an accepted socket, paused: nothing that the client sent is read until it is resumed. */
  readonly onSocket: (socket: LiveSocket, stream: Socket, request: IncomingMessage) => void;
}

/** What Node calls requests that are none; everything else is a 400. */
const STATUS_OF_ERROR: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};

/**
 * Takes WebSocket upgrades: 404 elsewhere than on {@link LIVE_PATH}, 403 for an origin that is not listed, 503 when full or
 * draining. Whether there is a session is not looked at here: a browser cannot read an upgrade's status, so the socket is
 * accepted first and closed with a code that tells. What is no HTTP, or no proper handshake, is a 4xx and one line too.
 */
export function acceptUpgrades(deps: UpgradeDependencies): void {
  // `closeTimeout` is younger than the library's types.
  const options: ServerOptions<typeof LiveSocket> & { readonly closeTimeout: number } = {
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: deps.limits.frameBytes,
    closeTimeout: deps.limits.closeTimeoutMs,
    WebSocket: LiveSocket,
  };
  const sockets = new WebSocketServer(options);
  const turnAway = (stream: Duplex, status: string) => {
    deps.log.info({ status }, 'refused a connection');
    refuse(stream, status);
  };
  sockets.on('wsClientError', (_error, stream) => turnAway(stream, '400 Bad Request'));
  deps.server.on('clientError', (error: NodeJS.ErrnoException, stream) => {
    // Whoever is gone needs no answer.
    if (error.code === 'ECONNRESET' || !stream.writable) return stream.destroy();
    return turnAway(stream, STATUS_OF_ERROR[error.code ?? ''] ?? '400 Bad Request');
  });

  deps.server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    const refusal = refusalOf(request, deps);
    if (refusal) return turnAway(stream, refusal);
    sockets.handleUpgrade(request, stream, head, (socket) => {
      socket.on('error', ignore);
      socket.pause();
      deps.onSocket(socket, stream as Socket, request);
    });
  });
}

function refusalOf(request: IncomingMessage, deps: UpgradeDependencies): string | undefined {
  const path = (request.url ?? '/').split('?', 1)[0];
  if (path !== LIVE_PATH) return '404 Not Found';
  if (!isAllowedOrigin(request.headers, deps.allowedOrigins)) return '403 Forbidden';
  if (deps.isDraining() || deps.openSockets() >= deps.limits.connections) return '503 Service Unavailable';
  return undefined;
}

/** What goes wrong with a socket ends it and concerns nobody else; `close` follows. One for all: a closure would keep the request. */
function ignore(): void {}

/** The other side may keep its half open for ever, and a server that closes would wait for it: hence the destruction. */
function refuse(stream: Duplex, status: string): void {
  stream.on('error', () => stream.destroy());
  stream.once('finish', () => stream.destroy());
  stream.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
}
