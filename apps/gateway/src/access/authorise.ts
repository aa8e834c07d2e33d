import { LOG_CHANNEL, userChannel } from '@skelly/types/live';
import { isOperator } from '@skelly/types/role';

/** Who is at the other end of a connection. */
export interface Member {
  readonly userId: string;
  readonly role: string;
}

/** Whether the member may see the channel. Rooms are asked for elsewhere, and a channel of no known kind is nobody's. */
export function maySee(member: Member, channel: string): boolean {
  if (channel === 'all' || channel === 'system') return true;
  if (channel === LOG_CHANNEL) return isOperator(member.role);
  return channel === userChannel(member.userId) || channel === `role:${member.role}`;
}

const UUID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const ROOM = new RegExp(`^room:(${UUID})$`);
const USER = new RegExp(`^user:(${UUID})$`);

/** The room whose channel it is. */
export function roomOf(channel: string): string | undefined {
  return ROOM.exec(channel)?.[1];
}

/** The user whose channel it is. */
export function userOf(channel: string): string | undefined {
  return USER.exec(channel)?.[1];
}
