import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { ClientEvents } from '@skelly/domain/client-event';
import type { Logger } from '@skelly/runtime';
import { CLOSE, reconnectAdvice } from '@skelly/types/live';
import { type AdmitDependencies, admit } from './access/admit';
import type { Refusal } from './access/lease';
import type { RoomAccess } from './access/room-access';
import type { Session } from './access/sessions';
import { openConnection } from './connection/connection';
import type { Connections } from './connection/connections';
import type { FrameJoiner } from './connection/frame-joiner';
import type { LiveSocket } from './connection/live-socket';
import { noteEnd } from './connection/note-end';
import { createTransport } from './connection/transport';
import type { Counts } from './counts';
import type { Hub } from './hub/hub';
import type { Presence } from './presence/presence';
import { BadFrameError } from './protocol/decode';
import { encodeFrame } from './protocol/encode';
import type { ShownWriter } from './shown/shown-writer';

export interface AcceptDependencies extends AdmitDependencies {
  readonly connections: Connections;
  readonly hub: Hub;
  readonly rooms: RoomAccess;
  readonly presence: Presence;
  readonly joiner: FrameJoiner;
  readonly clientEvents: ClientEvents;
  readonly shownWriter: ShownWriter;
  readonly isDraining: () => boolean;
  readonly log: Logger;
  readonly counts: Counts;
}

/** Takes an accepted, paused socket: finds its session and opens the connection, or closes it with the code that says why not. */
export async function acceptSocket(
  deps: AcceptDependencies,
  socket: LiveSocket,
  stream: Socket,
  request: IncomingMessage,
): Promise<void> {
  const { limits, log, connections } = deps;
  const id = randomUUID();
  const transport = createTransport({ socket, stream, joiner: deps.joiner, limits });
  socket.once('ending', (code, reason) => noteEnd(deps, { connectionId: id, code, reason }));
  const refuse = ({ code, reason }: Refusal) => {
    socket.resume();
    transport.close(code, reason);
  };
  try {
    const answer = await admit(deps, socket, request.headers);
    if (transport.isClosed) return;
    if ('refusal' in answer) return refuse(answer.refusal);
    const { session, lease, begin } = answer;
    const excess = excessOf(deps, session);
    if (excess) return refuse(excess);
    const connection = openConnection(deps, { id, socket, transport, session, lease });
    connections.add(connection);
    log.debug({ connectionId: id, userId: session.userId }, 'connected');
    socket.once('close', (code) => log.debug({ connectionId: id, code }, 'disconnected'));
    transport.onClosed(() => connections.remove(connection));
    begin();
  } catch (error) {
    if (error instanceof BadFrameError) {
      transport.send(encodeFrame({ t: 'error', code: error.code, message: error.message, temporary: false }));
      return refuse({ code: CLOSE.BAD_FRAME, reason: 'bad frame' });
    }
    log.warn({ err: error }, 'the session of a new connection cannot be looked up');
    refuse({ code: CLOSE.UNAVAILABLE, reason: 'try again' });
  }
}

/** Why one connection more is too many now, whoever asks for it. */
export function excessOf(
  deps: Pick<AcceptDependencies, 'connections' | 'limits' | 'isDraining'>,
  session: Session,
): Refusal | undefined {
  const { limits } = deps;
  if (deps.isDraining()) return { code: CLOSE.GOING_AWAY, reason: reconnectAdvice(limits.drainSpreadMs.base) };
  if (deps.connections.countOf(session.userId) >= limits.connectionsPerUser)
    return { code: CLOSE.LIMITS, reason: 'too many connections' };
  return undefined;
}
