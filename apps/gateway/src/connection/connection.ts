import type { ClientEvents } from '@skelly/domain/client-event';
import type { Logger } from '@skelly/runtime';
import {
  type AckFrame,
  CLOSE,
  type ClientFrame,
  type CloseCode,
  type EmitFrame,
  type ErrorFrame,
  LIVE_PROTOCOL_VERSION,
  type RequestId,
  type ServerFrame,
  type StreamPosition,
  userChannel,
} from '@skelly/types/live';
import type { RawData, WebSocket } from 'ws';
import { maySee, roomOf } from '../access/authorise';
import type { Lease } from '../access/lease';
import type { RoomAccess } from '../access/room-access';
import type { Session } from '../access/sessions';
import type { Hub } from '../hub/hub';
import type { Limits } from '../limits';
import { type ConnectionAttendance, createAttendance, lingerOf } from '../presence/attendance';
import type { Presence } from '../presence/presence';
import { BadFrameError, decodeClientFrame } from '../protocol/decode';
import { encodeFrame } from '../protocol/encode';
import { createShownReports, type TakeShown } from '../shown/shown-reports';
import type { ShownWriter } from '../shown/shown-writer';
import { createEmits } from './emits';
import { createRate, type Rate } from './rate';
import { createSubscriptions, type Subscriptions } from './subscriptions';
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

/** What all connections of a gateway have in common. */
export interface ConnectionDependencies {
  readonly hub: Hub;
  readonly clientEvents: ClientEvents;
  readonly log: Logger;
  readonly shownWriter: ShownWriter;
  readonly rooms: RoomAccess;
  readonly presence: Presence;
  readonly limits: Limits;
  readonly now: () => number;
}

/** What one of them is. */
export interface ConnectionParts {
  readonly id: string;
  readonly socket: WebSocket;
  readonly transport: Transport;
  readonly session: Session;
  /** How it is prolonged, when it was opened by a token; a connection by cookie lasts as long as its session. */
  readonly lease?: Lease | undefined;
}

/** Speaks the protocol with one client, from `welcome` until the socket closes. */
export function openConnection(deps: ConnectionDependencies, parts: ConnectionParts): Connection {
  return new SocketConnection(deps, parts);
}

/** A class, whose parts are made when they are first needed: ten thousand idle ones must be cheap. */
class SocketConnection implements Connection {
  readonly id: string;
  readonly session: Session;
  lastHeardAt: number;
  readonly #deps: ConnectionDependencies;
  readonly #socket: WebSocket;
  readonly #transport: Transport;
  readonly #lease: Lease | undefined;
  readonly #isWithinRate: Rate;
  readonly #subscriptions: Subscriptions;
  #attendance: ConnectionAttendance | undefined;
  #takeShown: TakeShown | undefined;
  #emit: ((frame: EmitFrame) => void) | undefined;

  constructor(deps: ConnectionDependencies, { id, socket, transport, session, lease }: ConnectionParts) {
    const { hub, presence, limits, now } = deps;
    this.id = id;
    this.session = session;
    this.lastHeardAt = now();
    this.#deps = deps;
    this.#socket = socket;
    this.#transport = transport;
    this.#lease = lease;
    this.#isWithinRate = createRate({ burst: limits.frameBurst, perSecond: limits.framesPerSecond, now: now() });
    this.#subscriptions = createSubscriptions({ hub, transport, limit: limits.subscriptions });
    socket.on('message', (data, isBinary) => {
      if (!transport.isClosed) this.#receive(data, isBinary);
    });
    socket.on('pong', () => {
      this.lastHeardAt = now();
    });
    socket.once('close', (code) => this.#end(code));
    transport.onClosed(() => this.#subscriptions.endAll());
    presence.enter(userChannel(session.userId), session.userId, id, 'here');
    this.#send({
      t: 'welcome',
      v: LIVE_PROTOCOL_VERSION,
      connectionId: id,
      user: { id: session.userId, role: session.role },
      pingIntervalMs: limits.pingIntervalMs,
      ...(lease ? { expiresAt: lease.expiresAt.toISOString() } : {}),
    });
  }

  get expiresAt(): Date {
    return this.#lease?.expiresAt ?? this.session.expiresAt;
  }

  get channels(): readonly string[] {
    return [...this.#subscriptions.channels, ...(this.#attendance?.channels ?? [])];
  }

  follows(channel: string): boolean {
    return this.#subscriptions.has(channel) || this.#attendance?.has(channel) === true;
  }

  ping(): void {
    if (!this.#transport.isClosed) this.#socket.ping();
  }

  revoke(channel: string): void {
    this.#subscriptions.revoke(channel);
    this.#attendance?.revoke(channel);
  }

  close(code: CloseCode, reason: string): void {
    this.#transport.close(code, reason);
  }

  #end(code: number): void {
    const { presence, limits } = this.#deps;
    const { userId } = this.session;
    this.#attendance?.end(code);
    presence.leave(userChannel(userId), userId, this.id, lingerOf(code, limits.presence));
  }

  #receive(data: RawData, isBinary: boolean): void {
    const { limits, now } = this.#deps;
    this.lastHeardAt = now();
    if (!this.#isWithinRate(this.lastHeardAt)) {
      this.close(CLOSE.LIMITS, 'too many frames');
      return;
    }
    try {
      if (isBinary) throw new BadFrameError('Frames are text.');
      this.#handle(decodeClientFrame(data.toString(), limits));
    } catch (error) {
      if (!(error instanceof BadFrameError)) throw error;
      this.#send({ t: 'error', code: error.code, message: error.message, temporary: false });
      this.close(CLOSE.BAD_FRAME, 'bad frame');
    }
  }

  #handle(frame: ClientFrame): void {
    switch (frame.t) {
      case 'ping':
        this.#send({ t: 'pong' });
        if (!frame.shown) return;
        this.#takeShown ??= this.#shownReports();
        this.#takeShown(frame.shown);
        return;
      case 'subscribe':
        this.#subscribe(frame.id, frame.channel, frame.since);
        return;
      case 'unsubscribe':
        this.#subscriptions.remove(frame.id, frame.channel);
        return;
      case 'emit':
        this.#emit ??= this.#emits();
        this.#emit(frame);
        return;
      case 'presence':
        this.#attendance ??= this.#attend();
        this.#attendance.request(frame);
        return;
      case 'refresh':
        if (!this.#lease) throw new BadFrameError('A connection by cookie lasts as long as its session.');
        void this.#refresh(frame.id, frame.token, this.#lease);
        return;
      case 'connect':
        throw new BadFrameError('"connect" is the first frame of a client without cookie, and no other.');
    }
  }

  #subscribe(id: RequestId, channel: string, since?: StreamPosition): void {
    const roomId = roomOf(channel);
    if (roomId !== undefined) {
      this.#subscriptions.add(id, channel, since, () => this.#deps.rooms.isMember(roomId, this.session.userId));
      return;
    }
    if (maySee(this.session, channel)) {
      this.#subscriptions.add(id, channel, since);
      return;
    }
    this.#send({ t: 'error', id, code: 'forbidden', message: `You may not follow ${channel}.`, temporary: false });
    this.close(CLOSE.FORBIDDEN, 'channel not allowed');
  }

  async #refresh(id: RequestId, token: string, lease: Lease): Promise<void> {
    const refused = await lease.renew(token);
    if (refused) this.close(refused.code, refused.reason);
    else this.#send({ t: 'refreshed', id, expiresAt: lease.expiresAt.toISOString() });
  }

  #shownReports(): TakeShown {
    const { shownWriter, limits, now } = this.#deps;
    const { userId } = this.session;
    const sentThrough = (channel: string) => this.#subscriptions.sentThrough(channel);
    return createShownReports({ writer: shownWriter, userId, connectionId: this.id, sentThrough, limits, now });
  }

  #attend(): ConnectionAttendance {
    const { presence, rooms, limits } = this.#deps;
    return createAttendance({
      presence,
      rooms,
      userId: this.session.userId,
      connectionId: this.id,
      send: (frame) => this.#send(frame),
      sendEncoded: (frame) => this.#transport.send(frame),
      limit: limits.subscriptions,
      limits: limits.presence,
    });
  }

  #emits(): (frame: EmitFrame) => void {
    const { clientEvents, log, limits } = this.#deps;
    const send = (frame: AckFrame | ErrorFrame) => this.#send(frame);
    return createEmits({ clientEvents, session: this.session, send, log, limit: limits.emitsInFlight });
  }

  #send(frame: Exclude<ServerFrame, { t: 'pub' }>): void {
    this.#transport.send(encodeFrame(frame));
  }
}
