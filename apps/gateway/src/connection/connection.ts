import type { ClientEvents } from '@skelly/domain/client-event';
import type { Logger } from '@skelly/runtime';
import {
  CLOSE,
  type CloseCode,
  type ErrorFrame,
  LIVE_PROTOCOL_VERSION,
  type RequestId,
  type ServerFrame,
} from '@skelly/types/live';
import type { RawData, WebSocket } from 'ws';
import { maySee } from '../access/authorise';
import type { Session } from '../access/sessions';
import type { Hub } from '../hub/hub';
import type { Limits } from '../limits';
import { BadFrameError, decodeClientFrame } from '../protocol/decode';
import { encodeFrame } from '../protocol/encode';
import { createShownReports } from '../shown/shown-reports';
import type { ShownWriter } from '../shown/shown-writer';
import { createEmits } from './emits';
import { createRate } from './rate';
import { createSubscriptions } from './subscriptions';
import type { Transport } from './transport';

/** One accepted client with a session. */
export interface Connection {
  readonly id: string;
  readonly session: Session;
  /** When anything was heard of the client, by the gateway's clock. */
  readonly lastHeardAt: number;
  /** Asks for a sign of life by a control frame. */
  ping(): void;
  /** Ends the connection with a code and a reason of at most 123 bytes; once. */
  close(code: CloseCode, reason: string): void;
}

export interface ConnectionDependencies {
  readonly id: string;
  readonly socket: WebSocket;
  readonly transport: Transport;
  readonly session: Session;
  readonly hub: Hub;
  readonly clientEvents: ClientEvents;
  readonly log: Logger;
  readonly shownWriter: ShownWriter;
  readonly limits: Limits;
  readonly now: () => number;
}

/** Speaks the protocol with one client, from `welcome` until the socket closes. */
export function openConnection(deps: ConnectionDependencies): Connection {
  const { id, socket, transport, session, hub, limits, now } = deps;
  const isWithinRate = createRate({ burst: limits.frameBurst, perSecond: limits.framesPerSecond, now: now() });
  let lastHeardAt = now();

  const send = (frame: Exclude<ServerFrame, { t: 'pub' }>) => transport.send(encodeFrame(frame));
  const refuse = (frame: Omit<ErrorFrame, 't'>) => send({ t: 'error', ...frame });
  const subscriptions = createSubscriptions({ hub, transport, send, limit: limits.subscriptions });
  const takeShown = createShownReports({
    writer: deps.shownWriter,
    userId: session.userId,
    connectionId: id,
    sentThrough: subscriptions.sentThrough,
    limits,
    now,
  });

  const emit = createEmits({
    clientEvents: deps.clientEvents,
    session,
    send,
    log: deps.log,
    limit: limits.emitsInFlight,
  });

  function subscribe(requestId: RequestId, channel: string, since?: { offset: number; epoch: string }): void {
    if (maySee(session, channel)) {
      subscriptions.add(requestId, channel, since);
      return;
    }
    refuse({ id: requestId, code: 'forbidden', message: `You may not follow ${channel}.`, temporary: false });
    transport.close(CLOSE.FORBIDDEN, 'channel not allowed');
  }

  function receive(data: RawData, isBinary: boolean): void {
    lastHeardAt = now();
    if (!isWithinRate(lastHeardAt)) {
      transport.close(CLOSE.LIMITS, 'too many frames');
      return;
    }
    try {
      if (isBinary) throw new BadFrameError('Frames are text.');
      const frame = decodeClientFrame(data.toString(), limits);
      if (frame.t === 'ping') {
        send({ t: 'pong' });
        if (frame.shown) takeShown(frame.shown);
      } else if (frame.t === 'subscribe') subscribe(frame.id, frame.channel, frame.since);
      else if (frame.t === 'emit') emit(frame);
      else subscriptions.remove(frame.id, frame.channel);
    } catch (error) {
      if (!(error instanceof BadFrameError)) throw error;
      refuse({ code: error.code, message: error.message, temporary: false });
      transport.close(CLOSE.BAD_FRAME, 'bad frame');
    }
  }

  socket.on('message', (data, isBinary) => {
    if (!transport.isClosed) receive(data, isBinary);
  });
  socket.on('pong', () => {
    lastHeardAt = now();
  });
  transport.onClosed(() => subscriptions.endAll());
  send({
    t: 'welcome',
    v: LIVE_PROTOCOL_VERSION,
    connectionId: id,
    user: { id: session.userId, role: session.role },
    pingIntervalMs: limits.pingIntervalMs,
  });

  return {
    id,
    session,
    get lastHeardAt() {
      return lastHeardAt;
    },
    ping() {
      if (!transport.isClosed) socket.ping();
    },
    close(code, reason) {
      transport.close(code, reason);
    },
  };
}
