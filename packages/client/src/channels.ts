import {
  LOG_CHANNEL,
  type PublicationFrame,
  type RequestId,
  type StreamPosition,
  type SubscribedFrame,
} from '@skelly/types/live';

/** Why state that was built from a channel must be read afresh. */
export interface RefetchNotice {
  readonly channel: string;
  /**
   * - `unrecovered`: the server no longer has what was missed.
   * - `forbidden`: the user may not follow the channel, or not any more; it was given up.
   * - `stale`: state was read at a position that lies before the place where following the channel began.
   */
  readonly reason: 'unrecovered' | 'forbidden' | 'stale';
}

interface Followed {
  /** Parties that want it; it ends with the last. */
  holders: number;
  /** Everything up to here was delivered or is part of the state that was read. */
  position: StreamPosition | undefined;
  /** The offset where unbroken delivery began. */
  since: number;
  request: RequestId | undefined;
  isSubscribed: boolean;
}

/** One party's interest in a channel. */
export interface Hold {
  readonly isNew: boolean;
  readonly isSuperseded: boolean;
  readonly isStale: boolean;
  /**
   * Wants it no more; counts once. True when nobody does: it must be unsubscribed. A channel that was forgotten in the
   * meantime and is wanted again by others stays theirs.
   */
  release(): boolean;
}

/** What to do with a message that arrived. */
export type Arrival = 'deliver' | 'drop' | 'resubscribe';

/** The channels that are wanted, and how far each has come. Pure: it says what to send, and others send it. */
export interface ChannelTable {
  readonly names: readonly string[];
  /** Whether every wanted channel is subscribed. */
  readonly isComplete: boolean;
  /**
   * Wants a channel, from a position if it is not followed yet. `isNew`: it must be subscribed. `isSuperseded`: it was asked
   * for without this position a moment ago, and must be asked for again. `isStale`: the position lies before all that came.
   */
  hold(channel: string, position?: StreamPosition): Hold;
  /** Forgets the channels of another user, positions and all. */
  forget(isForeign: (channel: string) => boolean): void;
  /** The connection is gone: every channel must be subscribed again, from where it is. */
  disconnected(): void;
  /** The request that asks for a channel was sent. */
  requested(channel: string, request: RequestId): StreamPosition | undefined;
  /** The server answered. `refetch`: what was missed cannot be had. */
  subscribed(frame: SubscribedFrame): { refetch: boolean };
  /** A request was refused; returns its channel. */
  refused(request: RequestId): string | undefined;
  arrived(frame: PublicationFrame): Arrival;
}

/** On the log offsets are positions, which have holes. */
const hasHoles = (channel: string) => channel === LOG_CHANNEL;

export function createChannelTable(): ChannelTable {
  const table = new Map<string, Followed>();

  function releaseOf(channel: string, followed: Followed): () => boolean {
    let isHeld = true;
    return () => {
      if (!isHeld) return false;
      isHeld = false;
      followed.holders -= 1;
      if (followed.holders > 0 || table.get(channel) !== followed) return false;
      table.delete(channel);
      return true;
    };
  }

  return {
    get names() {
      return [...table.keys()];
    },
    get isComplete() {
      return [...table.values()].every((followed) => followed.isSubscribed);
    },
    hold(channel, position) {
      const known = table.get(channel);
      if (!known) {
        const since = position?.offset ?? 0;
        const followed = { holders: 1, position, since, request: undefined, isSubscribed: false };
        table.set(channel, followed);
        return { isNew: true, isSuperseded: false, isStale: false, release: releaseOf(channel, followed) };
      }
      known.holders += 1;
      const release = releaseOf(channel, known);
      if (!position) return { isNew: false, isSuperseded: false, isStale: false, release };
      if (!known.position) {
        known.position = position;
        known.since = position.offset;
        return { isNew: false, isSuperseded: known.request !== undefined, isStale: false, release };
      }
      const isStale = position.epoch === known.position.epoch && position.offset < known.since;
      return { isNew: false, isSuperseded: false, isStale, release };
    },
    forget(isForeign) {
      for (const channel of [...table.keys()]) {
        if (isForeign(channel)) table.delete(channel);
      }
    },
    disconnected() {
      for (const followed of table.values()) {
        followed.isSubscribed = false;
        followed.request = undefined;
      }
    },
    requested(channel, request) {
      const followed = table.get(channel);
      if (!followed) return undefined;
      followed.request = request;
      followed.isSubscribed = false;
      return followed.position;
    },
    subscribed({ id, channel, offset, epoch, recovered }) {
      const followed = table.get(channel);
      if (!followed || followed.request !== id) return { refetch: false };
      const hadPosition = followed.position !== undefined;
      followed.isSubscribed = true;
      const isContinued = recovered && followed.position?.epoch === epoch;
      followed.position = { offset: isContinued ? Math.max(offset, followed.position?.offset ?? 0) : offset, epoch };
      if (!recovered || !hadPosition) followed.since = offset;
      return { refetch: !recovered };
    },
    refused(request) {
      for (const [channel, followed] of table) {
        if (followed.request === request) return channel;
      }
      return undefined;
    },
    arrived({ channel, offset, epoch }) {
      const followed = table.get(channel);
      if (!followed?.isSubscribed || !followed.position || followed.position.epoch !== epoch) return 'drop';
      if (offset <= followed.position.offset) return 'drop';
      if (offset !== followed.position.offset + 1 && !hasHoles(channel)) return 'resubscribe';
      followed.position = { offset, epoch };
      return 'deliver';
    },
  };
}
