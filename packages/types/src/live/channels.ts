/**
 * Channels are durable streams with a name. `user:{id}` is for one user, `role:{role}` for everyone of a role, `room:{id}` for
 * a room's members, `all` for everyone signed in, `system` for the state of the system, and this one is the operations feed:
 * every event, by its position in the log, for the roles in {@link LOG_ROLES}.
 */
export const LOG_CHANNEL = 'log';

/** Roles that may follow the operations feed. */
export const LOG_ROLES: readonly string[] = ['admin', 'support'];

/** The channel of one user. */
export function userChannel(userId: string): `user:${string}` {
  return `user:${userId}`;
}
