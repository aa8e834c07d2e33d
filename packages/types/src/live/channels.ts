/**
 * Channels are durable streams with a name. `user:{id}` is for one user, `role:{role}` for everyone of a role, `room:{id}` for
 * a room's members, `all` for everyone signed in, `system` for the state of the system, and this one is the operations feed:
 * every event, by its position in the log, for operators alone.
 */
export const LOG_CHANNEL = 'log';

/** The state of the system, for everyone signed in. */
export const SYSTEM_CHANNEL = 'system';

/** The channel of one user. */
export function userChannel(userId: string): `user:${string}` {
  return `user:${userId}`;
}

/** The channel of a room. */
export function roomChannel(roomId: string): `room:${string}` {
  return `room:${roomId}`;
}
