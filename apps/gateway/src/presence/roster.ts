import type { PresentMember, RosterFrame } from '@skelly/types/live';
import type { Attendance } from './store';

/** A list of who is there, or what has changed of it; without the channel and the request. */
export type RosterNews = Pick<RosterFrame, 'whole' | 'count' | 'members'>;

/** Who is on one channel, as far as its followers were told. */
export interface Roster {
  /** Undefined until it was read for the first time. */
  readonly whole: RosterNews | undefined;
  /** Takes in what Postgres says. @returns what followers must be told; undefined when nothing is new */
  apply(read: Attendance, now: number): RosterNews | undefined;
  /** Ends the typing whose time is over. @returns as `apply` */
  expire(now: number): RosterNews | undefined;
}

interface Shown extends PresentMember {
  readonly typingUntil: number;
}

export function createRoster(): Roster {
  let shown: Map<string, Shown> | undefined;
  let count = 0;

  const present = ({ userId, displayName, state }: PresentMember): PresentMember => ({ userId, displayName, state });
  const stateAt = (typingUntil: number, now: number) => (typingUntil > now ? 'typing' : 'here');

  return {
    get whole() {
      return shown && { whole: true, count, members: [...shown.values()].map(present) };
    },
    apply(read, now) {
      const before = shown ?? new Map<string, Shown>();
      const isNew = shown === undefined || count !== read.count;
      const members: PresentMember[] = [];
      const next = new Map<string, Shown>();
      for (const { userId, displayName, typingMs } of read.members) {
        const typingUntil = now + typingMs;
        const member: Shown = { userId, displayName, state: stateAt(typingUntil, now), typingUntil };
        next.set(userId, member);
        const known = before.get(userId);
        if (known?.state !== member.state || known.displayName !== displayName) members.push(present(member));
      }
      for (const member of before.values()) {
        if (!next.has(member.userId)) members.push({ ...present(member), state: 'gone' });
      }
      shown = next;
      count = read.count;
      return isNew || members.length > 0 ? { whole: false, count, members } : undefined;
    },
    expire(now) {
      const members: PresentMember[] = [];
      for (const member of shown?.values() ?? []) {
        if (member.state !== 'typing' || member.typingUntil > now) continue;
        const still: Shown = { ...member, state: 'here' };
        shown?.set(member.userId, still);
        members.push(present(still));
      }
      return members.length > 0 ? { whole: false, count, members } : undefined;
    },
  };
}
