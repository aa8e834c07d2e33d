/**
 * Why the server closed a connection. The range tells a client what to do: after 4000 to 4399, and after every code that is
 * not ours (1006, 1011, …), it reconnects with backoff and resumes; after 4400 to 4499 it would get the same again, and
 * reconnects only when something has changed.
 */
export const CLOSE = {
  /** The gateway is being replaced. The reason may advise when to come back (`reconnectWithinMs`). */
  GOING_AWAY: 4001,
  /** Postgres cannot be asked for the session now. */
  UNAVAILABLE: 4002,
  /** The role of the user has changed, or the time that a token bought is over: connect again to be seen as what they are now. */
  SESSION_CHANGED: 4003,
  /** The client does not read as fast as its channels speak. It resumes where it was. */
  SLOW_READER: 4008,
  /** Too many frames in a short time, too many connections of one user, or silence for longer than the ping rules allow. */
  LIMITS: 4009,
  /** A frame that is no frame of this protocol: a fault in the client. */
  BAD_FRAME: 4400,
  /** No session, an unknown one, or one that has ended: sign in first. */
  UNAUTHENTICATED: 4401,
  /** A channel that this user may not see. */
  FORBIDDEN: 4403,
  /** A frame above 4 KiB. */
  TOO_BIG: 4413,
} as const;

export type CloseCode = (typeof CLOSE)[keyof typeof CLOSE];

/** Whether a client may connect again by itself after a close with this code. */
export function mayReconnect(code: number): boolean {
  return code < 4400 || code > 4499;
}

/** The reason text of a close that advises to come back at a random moment within so many milliseconds. */
export function reconnectAdvice(withinMs: number): string {
  return JSON.stringify({ reconnectWithinMs: withinMs });
}

/** Milliseconds that a close's reason advises to spread the reconnect over; undefined when it advises nothing. */
export function readReconnectAdvice(reason: string): number | undefined {
  const match = /^\{"reconnectWithinMs":(\d{1,7})\}$/.exec(reason);
  return match ? Number(match[1]) : undefined;
}
