import type { Room } from '@skelly/types/room';

/** Who is in a room, in one line: "Everyone", "1 member", "12 members, by invitation". */
export function roomWords({ access, members }: Pick<Room, 'access' | 'members'>): string {
  if (access === 'everyone' || members === null) return 'Everyone';
  const count = members === 1 ? '1 member' : `${new Intl.NumberFormat('en').format(members)} members`;
  return access === 'invitation' ? `${count}, by invitation` : count;
}
