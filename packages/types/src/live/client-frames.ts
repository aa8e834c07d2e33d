import type { PresenceState, RequestId, StreamPosition } from './frames';

/** Says who a client without cookie is: its first frame. The token is of `POST /api/live/token` and opens one connection. */
export interface ConnectFrame {
  readonly t: 'connect';
  readonly token: string;
}

/** Prolongs a connection that was opened by a token, by another one of the same session. */
export interface RefreshFrame {
  readonly t: 'refresh';
  readonly id: RequestId;
  readonly token: string;
}

/** Asks for a channel, from a position or from now on. */
export interface SubscribeFrame {
  readonly t: 'subscribe';
  readonly id: RequestId;
  readonly channel: string;
  readonly since?: StreamPosition;
}

/** Ends a subscription. Answered by `unsubscribed`, also when there was none. */
export interface UnsubscribeFrame {
  readonly t: 'unsubscribe';
  readonly id: RequestId;
  readonly channel: string;
}

/**
 * Follows who is on a channel (`room:{id}`, or `user:{id}` for whether that user is online) and says what the asking user is
 * there. A user is on their own channel by being connected; on a room's, by saying so.
 *
 * - no `state`: follows, and says nothing of the user. Answered by the whole list.
 * - `here`: the same, and the user is there. Answered by the whole list.
 * - `typing`: as `here`, and typing for {@link TYPING_MS}. Answered only if the channel was not followed yet.
 * - `gone`: the connection follows no more, and the user is there by their other connections alone. Not answered.
 */
export interface PresenceFrame {
  readonly t: 'presence';
  readonly id: RequestId;
  readonly channel: string;
  readonly state?: PresenceState | undefined;
}

export interface PingFrame {
  readonly t: 'ping';
  /** What was shown since the last ping, {@link SHOWN_LIMITS.REPORTS} at most. A courtesy: what is lost is not asked for again. */
  readonly shown?: ShownReport[];
}

/**
 * Messages that somebody saw: the page had handled them and was visible when it was painted. Only what this connection was
 * sent counts, of channels that it follows now; the gateway passes over the rest.
 */
export interface ShownReport {
  readonly channel: string;
  /** The first and the last offset of an unbroken run, {@link SHOWN_LIMITS.MESSAGES} at most; `to` is `from` when absent. */
  readonly from: number;
  readonly to?: number;
  /** How long ago they were painted when the ping left, in milliseconds. */
  readonly agoMs: number;
  /** How long the first of them had been here by then, in milliseconds: long when the page was hidden meanwhile. */
  readonly waitedMs: number;
  /** Tells tabs that share a connection apart: 1 to 36 letters, digits, `_` or `-`. */
  readonly tab: string;
}

/** Bounds of what a ping reports. A report has 320 bytes at most, so the frame stays below 4 KiB. */
export const SHOWN_LIMITS = {
  /** Reports of one ping. */
  REPORTS: 12,
  /** Messages of one report. */
  MESSAGES: 100,
  /** Longest time in a report, in milliseconds: a day. */
  LONGEST_MS: 86_400_000,
  /** What names a tab. */
  TAB: /^[A-Za-z0-9_-]{1,36}$/,
} as const;

/** Emits an event that clients may emit, on behalf of the connection's user. Answered by `ack` or `error`, not always in order. */
export interface EmitFrame {
  readonly t: 'emit';
  readonly id: RequestId;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
  /** Names this event of this user for 24 hours, 1 to 100 visible ASCII characters: its repetition writes nothing. */
  readonly key?: string;
}

export type ClientFrame =
  | ConnectFrame
  | RefreshFrame
  | SubscribeFrame
  | UnsubscribeFrame
  | PresenceFrame
  | PingFrame
  | EmitFrame;
