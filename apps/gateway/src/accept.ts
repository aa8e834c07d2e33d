import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { ClientEvents } from '@skelly/domain/client-event';
import type { Logger } from '@skelly/runtime';
import { CLOSE, reconnectAdvice } from '@skelly/types/live';
import { parseCookie } from 'cookie';
import type { Session, Sessions } from './access/sessions';
import { openConnection } from './connection/connection';
import type { Connections } from './connection/connections';
import type { FrameJoiner } from './connection/frame-joiner';
import type { LiveSocket } from './connection/live-socket';
import { createTransport } from './connection/transport';
import type { Hub } from './hub/hub';
import type { Limits } from './limits';
import type { ShownWriter } from './shown/shown-writer';

export interface AcceptDependencies {
  readonly sessions: Sessions;
  readonly cookieName: string;
  readonly connections: Connections;
  readonly hub: Hub;
  readonly joiner: FrameJoiner;
  readonly clientEvents: ClientEvents;
  readonly shownWriter: ShownWriter;
  readonly limits: Limits;
  readonly now: () => number;
  readonly isDraining: () => boolean;
  readonly log: Logger;
}

/** Takes an accepted, paused socket: finds its session and opens the connection, or closes it with the code that says why not. */
export async function acceptSocket(
  deps: AcceptDependencies,
  socket: LiveSocket,
  stream: Socket,
  request: IncomingMessage,
): Promise<void> {
  const { limits, log, connections } = deps;
  const transport = createTransport({ socket, stream, joiner: deps.joiner, limits });
  const token = parseCookie(request.headers.cookie ?? '')[deps.cookieName];
  let session: Session | null;
  try {
    session = token ? await within(deps.sessions.find(token), limits.authTimeoutMs) : null;
  } catch (error) {
    log.warn({ err: error }, 'the session of a new connection cannot be looked up');
    socket.resume();
    transport.close(CLOSE.UNAVAILABLE, 'try again');
    return;
  }
  socket.resume();
  if (transport.isClosed) return;
  if (!session) return transport.close(CLOSE.UNAUTHENTICATED, 'no session');
  if (deps.isDraining()) return transport.close(CLOSE.GOING_AWAY, reconnectAdvice(limits.drainSpreadMs.base));
  if (connections.countOf(session.userId) >= limits.connectionsPerUser)
    return transport.close(CLOSE.LIMITS, 'too many connections');
  const connection = openConnection({ ...deps, id: randomUUID(), socket, transport, session });
  connections.add(connection);
  log.debug({ connectionId: connection.id, userId: session.userId }, 'connected');
  socket.once('close', (code) => log.debug({ connectionId: connection.id, code }, 'disconnected'));
  transport.onClosed(() => connections.remove(connection));
}

async function within<T>(work: Promise<T>, timeoutMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`No answer within ${timeoutMs} ms.`)), timeoutMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
