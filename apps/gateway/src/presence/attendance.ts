import {
  CLOSE,
  type ErrorFrame,
  type PresenceFrame,
  type PresenceState,
  type RequestId,
  type ServerFrame,
} from '@skelly/types/live';
import { roomOf, userOf } from '../access/authorise';
import type { RoomAccess } from '../access/room-access';
import type { EncodedFrame } from '../protocol/encode';
import type { Presence, PresenceLimits, RosterSubscription } from './presence';

/** The channels whose presence one connection follows, and what its user is there. */
export interface ConnectionAttendance {
  request(frame: PresenceFrame): void;
  has(channel: string): boolean;
  readonly channels: Iterable<string>;
  /** The user may not follow the channel any more. */
  revoke(channel: string): void;
  /** The connection is gone. @param code of the close */
  end(code: number): void;
}

interface Entry {
  /** The last request. */
  id: RequestId;
  state: PresenceState | undefined;
  followed: RosterSubscription | undefined;
}

export function createAttendance(deps: {
  readonly presence: Presence;
  readonly rooms: RoomAccess;
  readonly userId: string;
  readonly connectionId: string;
  readonly send: (frame: Exclude<ServerFrame, { t: 'pub' }>) => void;
  readonly sendEncoded: (frame: EncodedFrame) => void;
  /** Channels at most. */
  readonly limit: number;
  readonly limits: Pick<PresenceLimits, 'leaseMs' | 'lingerMs'>;
}): ConnectionAttendance {
  const { presence, userId, connectionId, send } = deps;
  const attended = new Map<string, Entry>();
  let isEnded = false;

  const refuse = (id: RequestId, refusal: Pick<ErrorFrame, 'code' | 'message' | 'temporary'>) =>
    send({ t: 'error', id, ...refusal });

  /** On a channel of a user one is by being connected, and on no other's. */
  function claim(channel: string, { state }: Entry): void {
    if (roomOf(channel) !== undefined && (state === 'here' || state === 'typing'))
      presence.enter(channel, userId, connectionId, state);
  }

  function forget(channel: string, entry: Entry, afterMs: number): void {
    entry.followed?.end();
    attended.delete(channel);
    if (roomOf(channel) !== undefined) presence.leave(channel, userId, connectionId, afterMs);
  }

  async function mayAttend(channel: string): Promise<boolean> {
    const roomId = roomOf(channel);
    return roomId === undefined ? userOf(channel) !== undefined : deps.rooms.isMember(roomId, userId);
  }

  async function begin(channel: string, entry: Entry): Promise<void> {
    const isForgotten = () => isEnded || attended.get(channel) !== entry;
    const unavailable = () => {
      if (isForgotten()) return;
      forget(channel, entry, deps.limits.leaseMs);
      const message = 'Presence cannot be read now. Ask again in a moment.';
      refuse(entry.id, { code: 'unavailable', message, temporary: true });
    };
    let isAllowed: boolean;
    try {
      isAllowed = await mayAttend(channel);
    } catch {
      return unavailable();
    }
    if (isForgotten()) return;
    if (!isAllowed) {
      attended.delete(channel);
      refuse(entry.id, forbidden(channel));
      return;
    }
    claim(channel, entry);
    entry.followed = presence.follow(channel, {
      begin: (whole) => send({ t: 'roster', id: entry.id, channel, ...whole }),
      changed: deps.sendEncoded,
      failed: unavailable,
    });
  }

  return {
    request({ id, channel, state }) {
      const known = attended.get(channel);
      if (state === 'gone') {
        if (known) forget(channel, known, 0);
        return;
      }
      if (!known) {
        if (attended.size >= deps.limit) {
          const message = `A connection follows the presence of ${deps.limit} channels at most.`;
          return refuse(id, { code: 'too_many_subscriptions', message, temporary: false });
        }
        const entry: Entry = { id, state, followed: undefined };
        attended.set(channel, entry);
        void begin(channel, entry);
        return;
      }
      known.id = id;
      known.state = state;
      if (!known.followed) return;
      if (state === undefined) presence.leave(channel, userId, connectionId, 0);
      else claim(channel, known);
      const { whole } = known.followed;
      if (whole && state !== 'typing') send({ t: 'roster', id, channel, ...whole });
    },
    has: (channel) => attended.has(channel),
    get channels() {
      return attended.keys();
    },
    revoke(channel) {
      const entry = attended.get(channel);
      if (!entry) return;
      forget(channel, entry, 0);
      refuse(entry.id, forbidden(channel));
    },
    end(code) {
      isEnded = true;
      const afterMs = lingerOf(code, deps.limits);
      for (const [channel, entry] of [...attended]) forget(channel, entry, afterMs);
    },
  };
}

const forbidden = (channel: string) =>
  ({ code: 'forbidden', message: `You may not follow who is on ${channel}.`, temporary: false }) as const;

/** How long somebody stays after their connection: not at all when they signed out, as long as a page takes to load again, or as a lost connection to come back. */
export function lingerOf(code: number, limits: Pick<PresenceLimits, 'leaseMs' | 'lingerMs'>): number {
  if (code === CLOSE.UNAUTHENTICATED) return 0;
  const isGoodbye = code === 1000 || code === 1001 || code === 1005;
  return isGoodbye ? limits.lingerMs : limits.leaseMs;
}
