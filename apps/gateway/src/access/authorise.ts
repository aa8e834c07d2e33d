import { LOG_CHANNEL, userChannel } from '@skelly/types/live';
import { isOperator } from '@skelly/types/role';

/** Who is at the other end of a connection. */
export interface Member {
  readonly userId: string;
  readonly role: string;
}

/** Whether the member may see the channel. Rooms have no members yet, and a channel of no known kind is nobody's. */
export function maySee(member: Member, channel: string): boolean {
  if (channel === 'all' || channel === 'system') return true;
  if (channel === LOG_CHANNEL) return isOperator(member.role);
  return channel === userChannel(member.userId) || channel === `role:${member.role}`;
}
