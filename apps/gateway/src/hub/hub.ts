import type { StreamPosition } from '@skelly/types/live';
import type { StreamMessage } from '../protocol/encode';
import { type AttachOptions, attach, type Subscriber } from './attach';
import { type Channel, createChannel } from './channel';
import type { StreamSource } from './stream-source';
import { createTurns } from './turns';

export interface HubLimits {
  readonly hotMessages: number;
  readonly hotBytes: number;
  readonly hotAgeMs: number;
  readonly channelLingerMs: number;
  readonly channelsPerRead: number;
  readonly messagesPerRead: number;
  readonly catchUpReads: number;
}

export interface HubDependencies {
  /** Where a channel is read from. */
  readonly sourceOf: (channel: string) => StreamSource;
  readonly limits: HubLimits;
  readonly now: () => number;
  /** Told of a read that failed. One for the channel is tried again by {@link Hub.retry}, one for a subscriber by its client. */
  readonly onReadError: (error: unknown) => void;
}

export interface Subscription {
  /** Resolves when the subscriber is live or gone. @throws what reading threw */
  readonly attached: Promise<void>;
  /** Everything of the channel up to this offset was given to the subscriber; undefined while it catches up. */
  readonly deliveredThrough: number | undefined;
  /** No further call to the subscriber follows. */
  end(): void;
}

/** The channels that somebody here listens to, kept true from hints, from the follower, and from their source. */
export interface Hub {
  readonly channels: number;
  subscribe(channel: string, subscriber: Subscriber, since?: StreamPosition): Subscription;
  /** Whether anybody here listens to the channel, or did a moment ago. */
  follows(channel: string): boolean;
  /** A message that a hint carried; ignored when nobody here listens to the channel, or when it is of another epoch. */
  offer(channel: string, epoch: string, message: StreamMessage): void;
  /** Whether somebody here listens to the channel, and it is not known to have come to this offset. */
  isBehind(channel: string, offset: number): boolean;
  /** The channel has come to this offset. */
  advance(channel: string, offset: number): void;
  /**
   * The epoch that the database is in now. True when it was another: then every channel is read again, a turn later, and those of
   * the old one begin anew. The followers have to begin anew in this turn.
   */
  checkEpoch(epoch: string): boolean;
  /** Reads what is still owed, after a failure. */
  retry(): void;
  /** Forgets what is old, and channels that nobody has listened to for a while. */
  sweep(): void;
}

interface Place {
  readonly channel: Channel;
  /** Subscriptions, attaching ones included. */
  users: number;
  idleSince: number;
}

/** A class, because there is one for every channel of every connection: closures would take several times the memory. */
class PlaceSubscription implements Subscription {
  readonly #place: Place;
  readonly #subscriber: Subscriber;
  readonly #now: () => number;
  readonly attached: Promise<void>;
  #isGone = false;

  constructor(place: Place, subscriber: Subscriber, options: Omit<AttachOptions, 'isGone'>, now: () => number) {
    this.#place = place;
    this.#subscriber = subscriber;
    this.#now = now;
    place.users += 1;
    const isGone = () => this.#isGone;
    // A turn later, so that the caller has the subscription before its subscriber is called.
    this.attached = Promise.resolve().then(() => attach(place.channel, subscriber, { ...options, isGone }));
  }

  get deliveredThrough(): number | undefined {
    const { channel } = this.#place;
    return channel.receivers.has(this.#subscriber) ? channel.hot?.head : undefined;
  }

  end(): void {
    if (this.#isGone) return;
    this.#isGone = true;
    this.#place.channel.receivers.delete(this.#subscriber);
    this.#place.users -= 1;
    this.#place.idleSince = this.#now();
  }
}

export function createHub(deps: HubDependencies): Hub {
  const { limits, now } = deps;
  const places = new Map<string, Place>();
  const behind = new Set<Channel>();
  const inTurn = createTurns(limits.catchUpReads);
  let isReading = false;
  let knownEpoch: string | undefined;

  function placeOf(name: string): Place {
    const known = places.get(name);
    if (known) return known;
    const onNeed = (channel: Channel) => {
      behind.add(channel);
      void readBehind();
    };
    const place: Place = {
      channel: createChannel({ name, source: deps.sourceOf(name), bounds: limits, now, onNeed }),
      users: 0,
      idleSince: now(),
    };
    places.set(name, place);
    return place;
  }

  /** One read at a time; what comes up meanwhile is the next. Channels of one source share a statement. */
  async function readBehind(): Promise<void> {
    if (isReading) return;
    isReading = true;
    try {
      await Promise.resolve();
      for (let batch = takeBatch(); batch.length > 0; batch = takeBatch()) await readBatch(batch);
    } catch (error) {
      deps.onReadError(error);
    } finally {
      isReading = false;
    }
  }

  function takeBatch(): Channel[] {
    const batch: Channel[] = [];
    for (const channel of behind) {
      if (batch.length === limits.channelsPerRead) break;
      if (batch[0] && batch[0].source !== channel.source) continue;
      behind.delete(channel);
      if (channel.needsRead) batch.push(channel);
    }
    return batch;
  }

  async function readBatch(batch: readonly Channel[]): Promise<void> {
    const requests = batch.map((channel) => ({ channel, request: channel.takeRequest() }));
    try {
      const source = batch[0]?.source;
      const states = await source?.read(
        requests.map(({ request }) => request),
        limits.messagesPerRead,
      );
      for (const { channel, request } of requests) {
        const state = states?.get(channel.name);
        if (!state) throw new Error(`The source did not answer for channel ${channel.name}.`);
        knownEpoch ??= state.epoch;
        channel.applyRead(request, state, state.messages.length >= limits.messagesPerRead);
        if (channel.needsRead) behind.add(channel);
      }
    } catch (error) {
      for (const { channel } of requests) {
        channel.failRead(error);
        behind.add(channel);
      }
      throw error;
    }
  }

  return {
    get channels() {
      return places.size;
    },
    subscribe(name, subscriber, since) {
      const place = placeOf(name);
      const options = { since, pageSize: limits.messagesPerRead, inTurn };
      const subscription = new PlaceSubscription(place, subscriber, options, now);
      subscription.attached.catch(deps.onReadError);
      return subscription;
    },
    follows: (name) => places.has(name),
    offer(name, epoch, message) {
      const channel = places.get(name)?.channel;
      if (channel?.epoch === undefined || channel.epoch === epoch) channel?.offer(message);
    },
    isBehind(name, offset) {
      const channel = places.get(name)?.channel;
      return channel !== undefined && (channel.hot?.head ?? 0) < offset;
    },
    advance(name, offset) {
      places.get(name)?.channel.advance(offset);
    },
    checkEpoch(epoch) {
      const isOther = knownEpoch !== undefined && knownEpoch !== epoch;
      knownEpoch = epoch;
      if (!isOther) return false;
      for (const { channel } of places.values()) channel.renew(epoch);
      return true;
    },
    retry() {
      if (behind.size > 0) void readBehind();
    },
    sweep() {
      const moment = now();
      for (const [name, place] of places) {
        place.channel.hot?.forgetBefore(moment - limits.hotAgeMs);
        if (place.users > 0 || moment - place.idleSince < limits.channelLingerMs) continue;
        places.delete(name);
        behind.delete(place.channel);
      }
    },
  };
}
