import type { EncodedFrame } from '../protocol/encode';
import { encodeFrame } from '../protocol/encode';
import { createClaims } from './claims';
import { decodePresenceHint, encodePresenceHint } from './hints';
import { createRoster, type Roster, type RosterNews } from './roster';
import type { PresenceStore } from './store';

/** Times of presence, in milliseconds, and sizes of its statements. */
export interface PresenceLimits {
  /**
   * How long what a gateway says counts without being renewed. With {@link PresenceLimits.lookMs} on top, all know within 15
   * seconds that those of a gateway that died are gone. @defaultValue 14,000
   */
  readonly leaseMs: number;
  /** @defaultValue 4,000 */
  readonly renewMs: number;
  /** How often it is looked whether a gateway has died or typing has ended. @defaultValue 500 */
  readonly lookMs: number;
  /** How often everything that is followed is read without a hint: what a lost hint costs at most. @defaultValue 5,000 */
  readonly pollMs: number;
  /** Between two writes, and two frames of a channel, at least. @defaultValue 200 */
  readonly settleMs: number;
  /** How long somebody stays whose page was closed or is loaded again; after a lost connection it is `leaseMs`. @defaultValue 3,000 */
  readonly lingerMs: number;
}

export const defaultPresenceLimits: PresenceLimits = {
  leaseMs: 14_000,
  renewMs: 4_000,
  lookMs: 500,
  pollMs: 5_000,
  settleMs: 200,
  lingerMs: 3_000,
};

const ROWS_PER_WRITE = 1_000;
const CHANNELS_PER_READ = 100;
const SWEEP_MS = 60_000;

/** Who is told who is on a channel. */
export interface RosterFollower {
  /** Called once, as soon as the list is known. */
  begin(whole: RosterNews): void;
  changed(frame: EncodedFrame): void;
  /** It could not be read: `begin` will not be called. */
  failed(): void;
}

export interface RosterSubscription {
  /** The list as it was told last; undefined before `begin`. */
  readonly whole: RosterNews | undefined;
  end(): void;
}

/** Who is where: what this gateway's connections say, written for all gateways, and what all say, for those who follow it here. */
export interface Presence {
  enter(channel: string, userId: string, connectionId: string, state: 'here' | 'typing'): void;
  /** Goes after `afterMs`, unless another connection of the user is there. */
  leave(channel: string, userId: string, connectionId: string, afterMs: number): void;
  follow(channel: string, follower: RosterFollower): RosterSubscription;
  /** Another gateway says where something has changed. */
  heard(payload: string): void;
  /** Hints may have been missed. */
  refresh(): void;
  /** Stops; what this gateway has said counts until its lease ends, so that nobody flickers who comes back elsewhere. */
  close(): Promise<void>;
}

interface Followed {
  readonly roster: Roster;
  /** Those who wait for the first list, and those who have it. */
  readonly waiting: Set<RosterFollower>;
  readonly followers: Set<RosterFollower>;
}

export function createPresence(deps: {
  readonly store: PresenceStore;
  readonly gatewayId: string;
  /** Carries a hint to all other gateways, which give it to {@link Presence.heard}. */
  readonly tell: (payload: string) => Promise<unknown>;
  readonly limits: PresenceLimits;
  /** Milliseconds by a clock that nobody sets. */
  readonly now: () => number;
  /** Told of the first of several failures; all are tried again. */
  readonly onError: (error: unknown) => void;
}): Presence {
  const { store, gatewayId, limits, now } = deps;
  const claims = createClaims({ now });
  const followed = new Map<string, Followed>();
  const stale = new Set<string>();
  let alive = '';
  let renewedAt = Number.NEGATIVE_INFINITY;
  let polledAt = now();
  let sweptAt = now();
  let startedAt = Number.NEGATIVE_INFINITY;
  let running: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isFailing = false;
  let isClosed = false;

  const markAllStale = () => {
    for (const channel of followed.keys()) stale.add(channel);
  };

  async function renew(): Promise<void> {
    if (now() - renewedAt < limits.renewMs) return;
    const startedAt = now();
    if (await store.renew()) claims.markAll();
    renewedAt = startedAt;
    if (now() - sweptAt < SWEEP_MS) return;
    sweptAt = now();
    await store.sweep();
  }

  async function write(): Promise<void> {
    const touched = new Set<string>();
    while (claims.isDirty) {
      const rows = claims.take(ROWS_PER_WRITE);
      try {
        await store.write(rows);
      } catch (error) {
        claims.putBack(rows);
        throw error;
      }
      for (const { channel } of rows) touched.add(channel);
    }
    if (touched.size === 0) return;
    for (const channel of touched) stale.add(channel);
    await deps.tell(encodePresenceHint({ from: gatewayId, channels: [...touched] }));
  }

  async function look(): Promise<void> {
    if (followed.size === 0) return;
    const seen = await store.alive();
    if (seen !== alive || now() - polledAt >= limits.pollMs) {
      markAllStale();
      polledAt = now();
    }
    alive = seen;
  }

  async function read(): Promise<void> {
    const channels = [...stale].filter((channel) => followed.has(channel));
    stale.clear();
    for (let from = 0; from < channels.length; from += CHANNELS_PER_READ) {
      const batch = channels.slice(from, from + CHANNELS_PER_READ);
      try {
        for (const [channel, attendance] of await store.read(batch)) {
          const place = followed.get(channel);
          if (place) deliver(channel, place, place.roster.apply(attendance, now()));
        }
      } catch (error) {
        for (const channel of channels.slice(from)) stale.add(channel);
        throw error;
      }
    }
  }

  function deliver(channel: string, place: Followed, news: RosterNews | undefined): void {
    if (news && place.followers.size > 0) {
      const frame = encodeFrame({ t: 'roster', channel, ...news });
      for (const follower of place.followers) follower.changed(frame);
    }
    const { whole } = place.roster;
    if (!whole) return;
    for (const follower of place.waiting) {
      place.followers.add(follower);
      follower.begin(whole);
    }
    place.waiting.clear();
  }

  async function turn(): Promise<void> {
    claims.sweep();
    for (const [channel, place] of followed) deliver(channel, place, place.roster.expire(now()));
    try {
      await renew();
      await write();
      await look();
      await read();
      isFailing = false;
    } catch (error) {
      // The lease itself may be gone: what it holds is written again then.
      renewedAt = Number.NEGATIVE_INFINITY;
      if (!isFailing) deps.onError(error);
      isFailing = true;
      for (const { waiting } of followed.values()) {
        for (const follower of waiting) follower.failed();
        waiting.clear();
      }
    }
  }

  /** Runs a turn soon, one at a time, with a pause between two in which changes gather. */
  function wake(): void {
    if (isClosed || timer || running) return;
    timer = setTimeout(
      () => {
        timer = undefined;
        startedAt = now();
        running = turn().finally(() => {
          running = undefined;
          if (claims.isDirty || stale.size > 0) wake();
        });
      },
      Math.max(0, startedAt + limits.settleMs - now()),
    );
  }
  const looking = setInterval(wake, limits.lookMs);
  wake();

  return {
    enter(channel, userId, connectionId, state) {
      claims.set(channel, userId, connectionId, state);
      if (claims.isDirty) wake();
    },
    leave(channel, userId, connectionId, afterMs) {
      claims.drop(channel, userId, connectionId, afterMs);
      if (claims.isDirty) wake();
    },
    follow(channel, follower) {
      const place = followed.get(channel) ?? { roster: createRoster(), waiting: new Set(), followers: new Set() };
      followed.set(channel, place);
      const { whole } = place.roster;
      if (whole) {
        place.followers.add(follower);
        follower.begin(whole);
      } else {
        place.waiting.add(follower);
        stale.add(channel);
        wake();
      }
      return {
        get whole() {
          return place.followers.has(follower) ? place.roster.whole : undefined;
        },
        end() {
          place.waiting.delete(follower);
          place.followers.delete(follower);
          if (place.waiting.size + place.followers.size === 0 && followed.get(channel) === place)
            followed.delete(channel);
        },
      };
    },
    heard(payload) {
      const { from, channels } = decodePresenceHint(payload);
      if (from === gatewayId) return;
      if (!channels) markAllStale();
      for (const channel of channels ?? []) if (followed.has(channel)) stale.add(channel);
      if (stale.size > 0) wake();
    },
    refresh() {
      markAllStale();
      wake();
    },
    async close() {
      isClosed = true;
      clearInterval(looking);
      clearTimeout(timer);
      await running;
    },
  };
}
