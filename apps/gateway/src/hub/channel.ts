import type { StreamPosition } from '@skelly/types/live';
import { type EncodedFrame, encodePublication, type StreamMessage } from '../protocol/encode';
import { createHotStream, type HotStream } from './hot-stream';
import type { StreamRequest, StreamSource, StreamState } from './stream-source';

/** Who is told what a channel says, in order. */
export interface Receiver {
  deliver(frame: EncodedFrame, offset: number): void;
  /** What follows does not continue what went before: everything after the position does. */
  restart(position: StreamPosition): void;
}

export interface ChannelBounds {
  readonly hotMessages: number;
  readonly hotBytes: number;
}

interface Waiter {
  resolve(): void;
  reject(error: unknown): void;
}

/**
 * One channel's state. It is synchronous: what must be read is asked for by {@link Channel.takeRequest} and brought back by
 * {@link Channel.applyRead}, and hints may come at any moment between the two.
 *
 * Why no message is lost between loading the head and live delivery: the channel exists before its head is asked for, and
 * the follower has begun before it is. Where it had begun in a database that was restored since, the channel is renewed once
 * the follower begins anew, so that another read follows. A message that the read's snapshot does not show was committed after it, so its hint,
 * or the follower's read of its position, comes to this channel, where it is either the next one or raises `wanted` above the
 * head; and while `wanted` is above the head, the channel asks to be read again. Why none is doubled: an offset at or below
 * the head is dropped.
 */
export interface Channel {
  readonly name: string;
  readonly source: StreamSource;
  /** The end of the stream; undefined until the first read. */
  readonly hot: HotStream | undefined;
  readonly epoch: string | undefined;
  readonly ceiling: number;
  readonly receivers: Set<Receiver>;
  /** Whether a read is needed: the head is unknown, a later message is known of, it was renewed, or somebody waits. */
  readonly needsRead: boolean;
  /** Takes a message that a hint carried. */
  offer(message: StreamMessage): void;
  /** Learns that the stream has come to an offset, without the message. */
  advance(offset: number): void;
  /** Where an attaching receiver stands: the first read then begins there, so that one read serves both. */
  seed(position: StreamPosition): void;
  /** Resolves after a read that began after this call. @throws what the read threw */
  whenRead(): Promise<void>;
  /** Resolves when the head in memory has come to the offset, or the stream has begun anew. */
  whenHead(offset: number): Promise<void>;
  takeRequest(): StreamRequest;
  applyRead(request: StreamRequest, state: StreamState, cut: boolean): void;
  failRead(error: unknown): void;
  /**
   * Has the channel read once more, by a read that begins after this call. A stream of another epoch is forgotten; receivers are
   * restarted when it has been read.
   */
  renew(epoch: string): void;
}

export interface ChannelDependencies {
  readonly name: string;
  readonly source: StreamSource;
  readonly bounds: ChannelBounds;
  readonly now: () => number;
  /** Called when {@link Channel.needsRead} may have become true. */
  readonly onNeed: (channel: Channel) => void;
}

export function createChannel(deps: ChannelDependencies): Channel {
  return new StreamChannel(deps);
}

interface HeadWaiter {
  readonly offset: number;
  readonly stream: HotStream | undefined;
  resolve(): void;
}

/** A class, because there is one for every user who is connected: closures would take several times the memory. */
class StreamChannel implements Channel {
  readonly #deps: ChannelDependencies;
  readonly receivers = new Set<Receiver>();
  hot: HotStream | undefined;
  epoch: string | undefined;
  #ceiling = 0;
  /** The highest offset heard of since the last request was taken. */
  #wanted = 0;
  /** The same as of the request that is being answered: a false claim is forgotten with it. */
  #asked = 0;
  /** Whether a read is owed whatever is known. */
  #isStale = false;
  /** The same as of the request that is being answered. */
  #wasStale = false;
  #start: StreamPosition | undefined;
  #waiting: Waiter[] = [];
  #served: Waiter[] = [];
  #headWaiters: HeadWaiter[] = [];

  constructor(deps: ChannelDependencies) {
    this.#deps = deps;
  }

  get name(): string {
    return this.#deps.name;
  }

  get source(): StreamSource {
    return this.#deps.source;
  }

  get ceiling(): number {
    return Math.max(this.#ceiling, this.hot?.head ?? 0);
  }

  get needsRead(): boolean {
    return this.#isStale || this.hot === undefined || this.#wanted > this.hot.head || this.#waiting.length > 0;
  }

  offer(message: StreamMessage): void {
    const { hot, epoch } = this;
    const verdict = hot && epoch !== undefined ? hot.judge(message) : 'ahead';
    if (verdict === 'known') return;
    if (verdict === 'next' && hot && epoch !== undefined) this.#accept(message, hot, epoch);
    else this.advance(message.offset);
  }

  advance(offset: number): void {
    if (this.hot && offset <= this.hot.head) return;
    this.#wanted = Math.max(this.#wanted, offset);
    this.#deps.onNeed(this);
  }

  seed(position: StreamPosition): void {
    if (!this.hot) this.#start ??= position;
  }

  whenRead(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#deps.onNeed(this);
    });
  }

  whenHead(offset: number): Promise<void> {
    return new Promise((resolve) => {
      this.#headWaiters.push({ offset, stream: this.hot, resolve });
      this.#resolveHeadWaiters();
    });
  }

  takeRequest(): StreamRequest {
    this.#asked = this.#wanted;
    this.#wanted = 0;
    this.#wasStale = this.#isStale;
    this.#isStale = false;
    this.#served = this.#waiting;
    this.#waiting = [];
    const after = this.hot ? this.hot.head : (this.#start?.offset ?? null);
    return { channel: this.name, after, fresh: this.#served.length > 0 };
  }

  applyRead(request: StreamRequest, state: StreamState, cut: boolean): void {
    this.#ceiling = state.ceiling;
    const stream = this.hot && this.epoch === state.epoch ? this.hot : this.#begin(state, cut);
    if (request.after !== null && request.after > state.head && stream.head > state.head)
      this.#restartAt(state.head, state.epoch);
    for (const message of state.messages) {
      const verdict = this.hot?.judge(message);
      if (verdict === 'next' && this.hot) this.#accept(message, this.hot, state.epoch);
      if (verdict === 'ahead') {
        this.#restartAt(state.head, state.epoch);
        break;
      }
    }
    const head = this.hot?.head ?? 0;
    if (head < state.head) {
      if (cut) this.#wanted = Math.max(this.#wanted, state.head);
      else if (state.hasHoles) this.hot?.skipTo(state.head);
      else this.#restartAt(state.head, state.epoch);
    }
    this.#start = undefined;
    this.#resolveHeadWaiters();
    for (const waiter of this.#served) waiter.resolve();
    this.#served = [];
  }

  failRead(error: unknown): void {
    this.#wanted = Math.max(this.#wanted, this.#asked);
    this.#isStale ||= this.#wasStale;
    for (const waiter of this.#served) waiter.reject(error);
    this.#served = [];
  }

  renew(epoch: string): void {
    if (this.epoch !== epoch) {
      this.hot = undefined;
      this.epoch = undefined;
      this.#wanted = 0;
    }
    this.#isStale = true;
    this.#deps.onNeed(this);
  }

  #accept(message: StreamMessage, into: HotStream, inEpoch: string): void {
    const frame = encodePublication(this.name, inEpoch, message);
    into.append({ offset: message.offset, frame }, this.#deps.now());
    for (const receiver of this.receivers) receiver.deliver(frame, message.offset);
    if (this.#headWaiters.length > 0) this.#resolveHeadWaiters();
  }

  /** Continues at the head of another stream, or beyond what retention took. */
  #restartAt(head: number, inEpoch: string): HotStream {
    const fresh = createHotStream(head, this.#deps.bounds);
    this.hot = fresh;
    this.epoch = inEpoch;
    for (const receiver of this.receivers) receiver.restart({ offset: head, epoch: inEpoch });
    return fresh;
  }

  /** The first read: from the seed when the rest of the stream came along, else at the head. */
  #begin(state: StreamState, cut: boolean): HotStream {
    const first = state.messages[0];
    const seed = this.#start;
    const isWhole = seed?.epoch === state.epoch && !cut && first !== undefined && first.prev <= seed.offset;
    return this.#restartAt(isWhole ? seed.offset : state.head, state.epoch);
  }

  #resolveHeadWaiters(): void {
    const { hot } = this;
    const stay = (waiter: HeadWaiter) => hot && waiter.stream === hot && hot.head < waiter.offset;
    for (const waiter of this.#headWaiters) if (!stay(waiter)) waiter.resolve();
    this.#headWaiters = this.#headWaiters.filter(stay);
  }
}
