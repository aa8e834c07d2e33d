import { createEventStream, type LiveEvent, type SocketConstructor } from '@skelly/client';
import { WebSocket } from 'ws';
import type { Random } from './random';
import type { RegisteredMember } from './registration';

/** A member's browser: the SDK on the member's own channel, from the position that the registration answered with. */
export interface Follower {
  readonly email: string;
  readonly userId: string;
  readonly channel: string;
  readonly cookie: string;
  /** Every event that reached it, in the order of arrival. */
  readonly events: readonly LiveEvent[];
  /** Offset of the last event; where it began while there is none. */
  readonly offset: number;
  /** Connected, and following the channel. */
  readonly isLive: boolean;
  /** Times that a connection of it came up. */
  readonly connects: number;
  /** What the SDK could not carry on from by itself. */
  readonly complaints: readonly string[];
  close(): void;
}

export function openFollower(options: { origin: string; member: RegisteredMember; random: Random }): Follower {
  const { origin, member, random } = options;
  const { channel, offset, epoch } = member.stream;
  const events: LiveEvent[] = [];
  const complaints: string[] = [];
  let connects = 0;
  class MemberSocket extends WebSocket {
    constructor(url: string) {
      super(url, { headers: { cookie: member.cookie, origin } });
      this.once('open', () => {
        connects += 1;
      });
    }
  }
  const stream = createEventStream({
    url: `${origin}/ws`,
    channels: { [channel]: { offset, epoch } },
    WebSocket: MemberSocket as unknown as SocketConstructor,
    random,
    onError: (error) => complaints.push(String(error)),
  });
  stream.subscribe('*', (event) => events.push(event));
  stream.onRefetch((notice) => complaints.push(`told to refetch: ${notice.reason}`));
  stream.connect();
  return {
    email: member.email,
    userId: member.userId,
    channel,
    cookie: member.cookie,
    events,
    get offset() {
      return events.at(-1)?.offset ?? offset;
    },
    get isLive() {
      return stream.state.status === 'live';
    },
    get connects() {
      return connects;
    },
    complaints,
    close: () => stream.close(),
  };
}
