/**
 * Live protocol, version 1: JSON text frames, one object per WebSocket message, on `GET /ws`.
 *
 * The way of a connection:
 * 1. The client connects. A browser brings its session cookie by itself; a wrong `Origin` is answered 403 before the upgrade.
 *    A client without cookie sends `connect` with a token first, and `refresh` with another one before `welcome.expiresAt`.
 * 2. The server accepts, looks the session up and sends `welcome`, or closes with a code (see `CLOSE`). Frames sent earlier wait.
 * 3. The client sends `subscribe` for each channel that it wants, with the position that it has, if it has one.
 * 4. The server answers `subscribed`, which carries a position, then `pub` for every message after that position, in order,
 *    each once, until `unsubscribed` or the close. After a lost connection the client subscribes with its last position.
 * 5. The client sends `ping` every `pingIntervalMs`, the server answers `pong`. A client that hears nothing for a ping
 *    interval and ten seconds should treat the socket as dead. The server also pings by WebSocket control frames, and
 *    closes a connection that it has heard nothing of, neither frame nor control pong, for two and a half intervals.
 *
 * A receiver ignores fields that it does not know: they may be added within a version.
 */
export const LIVE_PROTOCOL_VERSION = 1;

/**
 * On the answer to a command that has emitted events: the `correlationId` that these, and all that they set in motion, carry in `pub`
 * frames. Absent when no event follows: nothing had to change, or the answer is that of an earlier try.
 */
export const CORRELATION_HEADER = 'x-correlation-id';

/** Names the member that a request is meant for; one who has signed in meanwhile is not taken for them. */
export const MEMBER_HEADER = 'x-skelly-member';

/** Where a reader of a channel stands: it has everything up to and including `offset`. */
export interface StreamPosition {
  /**
   * A channel's messages are numbered 1, 2, 3, … without holes, except on `log`, where the offset is the event's position
   * in the log: ascending, with holes. 0 is the position before the first message.
   */
  readonly offset: number;
  /** Offsets compare only within an epoch. It changes when the database was restored from a backup. */
  readonly epoch: string;
}

/** A position together with its channel, as the API's answers carry it: the state in the answer includes everything up to it. */
export interface ChannelPosition extends StreamPosition {
  readonly channel: string;
}

/** Chosen by the client to recognise the answer: an integer, or a string of 1 to 64 characters. */
export type RequestId = number | string;

/** The session is known; the connection may be used. Always the first frame. */
export interface WelcomeFrame {
  readonly t: 'welcome';
  readonly v: typeof LIVE_PROTOCOL_VERSION;
  readonly connectionId: string;
  readonly user: { readonly id: string; readonly role: string };
  /** How often the client should send `ping`, in milliseconds. */
  readonly pingIntervalMs: number;
  /** When a connection that was opened by a token ends, unless it is refreshed; ISO 8601, UTC. Absent with a cookie. */
  readonly expiresAt?: string;
}

/** The connection lasts longer. */
export interface RefreshedFrame {
  readonly t: 'refreshed';
  readonly id: RequestId;
  /** When it ends now, unless it is refreshed again; ISO 8601, UTC. */
  readonly expiresAt: string;
}

/**
 * The subscription stands at `offset`: every message after it follows as `pub`, none before it.
 *
 * `recovered` is true when the subscription stands where the client asked (or it did not ask for a place, and stands at
 * the head). It is false when what the client has missed can no longer be given: its epoch is another, its offset lies beyond
 * the head, or before retention. Then it stands at the head, and the client reads its state afresh.
 *
 * May come again later for the same subscription, with the same `id` and always with `recovered: false`: the stream was broken off on the server's side.
 */
export interface SubscribedFrame {
  readonly t: 'subscribed';
  readonly id: RequestId;
  readonly channel: string;
  readonly offset: number;
  readonly epoch: string;
  readonly recovered: boolean;
}

/** A message of a channel. */
export interface PublicationFrame {
  readonly t: 'pub';
  readonly channel: string;
  readonly offset: number;
  readonly epoch: string;
  /** The contract's type, such as `notification:created`. */
  readonly type: string;
  /** The event that caused it; the same on every channel that it is pushed to. */
  readonly eventId: string;
  /** Shared by everything that one request set in motion: the `X-Correlation-Id` of the API's answer. Absent on messages of before migration 0010. */
  readonly correlationId?: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  /** The fields that the contract declares for this channel; on `log` a `LogEntry`. */
  readonly data: unknown;
}

/** What `pub.data` is on the channel `log`: what happened, without the event's own data. */
export interface LogEntry {
  readonly position: number;
  readonly version: number;
  readonly subject: string;
  readonly sourceModule: string;
  readonly actor: string;
  readonly correlationId: string;
  readonly causationId: string | null;
}

/**
 * - `here`: a connection of theirs says so.
 * - `typing`: that, and they typed in the last seconds. It ends by itself.
 * - `gone`: no connection of theirs has said so for a while, or they do not fit in the list any more.
 */
export type PresenceState = 'here' | 'typing' | 'gone';

/** One person, however many connections they have. */
export interface PresentMember {
  readonly userId: string;
  readonly displayName: string;
  readonly state: PresenceState;
}

/**
 * Who is on a channel, or what has changed of it since the frame before. Comes five times a second at most.
 *
 * The list has the {@link PRESENCE_SHOWN} who are there longest; `count` has all of them.
 */
export interface RosterFrame {
  readonly t: 'roster';
  /** The request that it answers; absent when it tells of a change. */
  readonly id?: RequestId;
  readonly channel: string;
  /** True: `members` is the list. False: those in it are new or have changed; the rest of the list stays. */
  readonly whole: boolean;
  /** How many are there, those beyond the list included. */
  readonly count: number;
  readonly members: readonly PresentMember[];
}

/** The longest list of who is on a channel. */
export const PRESENCE_SHOWN = 100;

/** How long somebody counts as typing after they said so, in milliseconds. */
export const TYPING_MS = 5_000;

/** No further `pub` of the channel follows. Comes without having been asked for when the user may not follow the channel any more. */
export interface UnsubscribedFrame {
  readonly t: 'unsubscribed';
  readonly id: RequestId;
  readonly channel: string;
}

/** The event is written: durable, and on its way. With a key that was used before, it is the first one's. */
export interface AckFrame {
  readonly t: 'ack';
  readonly id: RequestId;
  readonly eventId: string;
}

export interface PongFrame {
  readonly t: 'pong';
}

/** A request was refused, or the connection is about to be closed. */
export interface ErrorFrame {
  readonly t: 'error';
  /** The request that it answers; absent when it answers none. */
  readonly id?: RequestId;
  readonly code: LiveErrorCode;
  /** For people. Programs look at `code`. */
  readonly message: string;
  /** Whether the same request may succeed later. */
  readonly temporary: boolean;
  /** When it makes sense to try again, in milliseconds from now; with `too_many_events`. */
  readonly retryAfterMs?: number;
}

/**
 * - `bad_frame`: not a text frame of JSON that this protocol knows; closed with 4400.
 * - `forbidden`: this user may not see the channel; closed with 4403, but for a room, whose members change. For the `id` of a
 *   presence request that was answered: it is not followed any more.
 * - `already_subscribed`: the connection has this channel.
 * - `too_many_subscriptions`: the connection has as many channels, or presences, as it may.
 * - `unavailable`: the server cannot read its streams, or write an event, now; temporary.
 * - `event_not_allowed`: clients, or this one, may not emit this event.
 * - `event_invalid`: the data is not what the event's contract says; `message` names every field.
 * - `too_many_events`: the session or the user emits too fast, or the connection has too many under way; temporary.
 */
export type LiveErrorCode =
  | 'bad_frame'
  | 'forbidden'
  | 'already_subscribed'
  | 'too_many_subscriptions'
  | 'unavailable'
  | 'event_not_allowed'
  | 'event_invalid'
  | 'too_many_events';

export type ServerFrame =
  | WelcomeFrame
  | SubscribedFrame
  | PublicationFrame
  | UnsubscribedFrame
  | AckFrame
  | RefreshedFrame
  | RosterFrame
  | PongFrame
  | ErrorFrame;
