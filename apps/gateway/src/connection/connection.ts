import type { ClientEvents } from '@skelly/domain/client-event';
import type { Logger } from '@skelly/runtime';
import {
  CLOSE,
  type ClientFrame,
  type CloseCode,
  type ErrorFrame,
  LIVE_PROTOCOL_VERSION,
  type RequestId,
  type ServerFrame,
  userChannel,
} from '@skelly/types/live';
import type { RawData, WebSocket } from 'ws';
import { maySee, roomOf } from '../access/authorise';
import type { Lease } from '../access/lease';
import type { RoomAccess } from '../access/room-access';
import type { Session } from '../access/sessions';
import type { Hub } from '../hub/hub';
import type { Limits } from '../limits';
import { createAttendance, lingerOf } from '../presence/attendance';
import type { Presence } from '../presence/presence';
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
  /** When it ends by itself: with the session, or earlier when it was opened by a token and is not refreshed. */
  readonly expiresAt: Date;
  /** When anything was heard of the client, by the gateway's clock. */
  readonly lastHeardAt: number;
  /** Asks for a sign of life by a control frame. */
  ping(): void;
  /** Whether it follows the channel, or who is on it. */
  follows(channel: string): boolean;
  /** What it follows, or who is on it. */
  readonly channels: readonly string[];
  /** Takes a channel from it that its user may not see any more. */
  revoke(channel: string): void;
  /** Ends the connection with a code and a reason of at most 123 bytes; once. */
  close(code: CloseCode, reason: string): void;
}

export interface ConnectionDependencies {
  readonly id: string;
  readonly socket: WebSocket;
  readonly transport: Transport;
  readonly session: Session;
  /** How it is prolonged, when it was opened by a token; a connection by cookie lasts as long as its session. */
  readonly lease?: Lease | undefined;
  readonly hub: Hub;
  readonly clientEvents: ClientEvents;
  readonly log: Logger;
  readonly shownWriter: ShownWriter;
  readonly rooms: RoomAccess;
  readonly presence: Presence;
  readonly limits: Limits;
  readonly now: () => number;
}

/** Speaks the protocol with one client, from `welcome` until the socket closes. */
export function openConnection(deps: ConnectionDependencies): Connection {
  const { id, socket, transport, session, lease, hub, rooms, presence, limits, now } = deps;
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
  const attendance = createAttendance({
    presence,
    rooms,
    userId: session.userId,
    connectionId: id,
    send,
    sendEncoded: (frame) => transport.send(frame),
    limit: limits.subscriptions,
    limits: limits.presence,
  });
  const online = userChannel(session.userId);

  const emit = createEmits({
    clientEvents: deps.clientEvents,
    session,
    send,
    log: deps.log,
    limit: limits.emitsInFlight,
  });

  function subscribe(requestId: RequestId, channel: string, since?: { offset: number; epoch: string }): void {
    const roomId = roomOf(channel);
    if (roomId !== undefined) {
      subscriptions.add(requestId, channel, since, () => rooms.isMember(roomId, session.userId));
      return;
    }
    if (maySee(session, channel)) {
      subscriptions.add(requestId, channel, since);
      return;
    }
    refuse({ id: requestId, code: 'forbidden', message: `You may not follow ${channel}.`, temporary: false });
    transport.close(CLOSE.FORBIDDEN, 'channel not allowed');
  }

  async function refresh(requestId: RequestId, token: string, held: Lease): Promise<void> {
    const refused = await held.renew(token);
    if (refused) transport.close(refused.code, refused.reason);
    else send({ t: 'refreshed', id: requestId, expiresAt: held.expiresAt.toISOString() });
  }

  function handle(frame: ClientFrame): void {
    switch (frame.t) {
      case 'ping':
        send({ t: 'pong' });
        if (frame.shown) takeShown(frame.shown);
        return;
      case 'subscribe':
        subscribe(frame.id, frame.channel, frame.since);
        return;
      case 'unsubscribe':
        subscriptions.remove(frame.id, frame.channel);
        return;
      case 'emit':
        emit(frame);
        return;
      case 'presence':
        attendance.request(frame);
        return;
      case 'refresh':
        if (!lease) throw new BadFrameError('A connection by cookie lasts as long as its session.');
        void refresh(frame.id, frame.token, lease);
        return;
      case 'connect':
        throw new BadFrameError('"connect" is the first frame of a client without cookie, and no other.');
    }
  }

  function receive(data: RawData, isBinary: boolean): void {
    lastHeardAt = now();
    if (!isWithinRate(lastHeardAt)) {
      transport.close(CLOSE.LIMITS, 'too many frames');
      return;
    }
    try {
      if (isBinary) throw new BadFrameError('Frames are text.');
      handle(decodeClientFrame(data.toString(), limits));
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
  socket.once('close', (code) => {
    attendance.end(code);
    presence.leave(online, session.userId, id, lingerOf(code, limits.presence));
  });
  presence.enter(online, session.userId, id, 'here');
  send({
    t: 'welcome',
    v: LIVE_PROTOCOL_VERSION,
    connectionId: id,
    user: { id: session.userId, role: session.role },
    pingIntervalMs: limits.pingIntervalMs,
    ...(lease ? { expiresAt: lease.expiresAt.toISOString() } : {}),
  });

  return {
    id,
    session,
    get expiresAt() {
      return lease?.expiresAt ?? session.expiresAt;
    },
    get lastHeardAt() {
      return lastHeardAt;
    },
    ping() {
      if (!transport.isClosed) socket.ping();
    },
    follows: (channel) => subscriptions.has(channel) || attendance.has(channel),
    get channels() {
      return [...subscriptions.channels, ...attendance.channels];
    },
    revoke(channel) {
      subscriptions.revoke(channel);
      attendance.revoke(channel);
    },
    close(code, reason) {
      transport.close(code, reason);
    },
  };
}
