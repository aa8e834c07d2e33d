import type { StreamPosition } from '@skelly/types/live';
import { type EncodedFrame, encodePublication, type StreamMessage } from '../protocol/encode';
import { createHotStream, type HotStream } from './hot-stream';
import type { StreamRequest, StreamSource, StreamState } from './stream-source';

/** Who is told what a channel says, in order. */
export interface Receiver {
  deliver(frame: EncodedFrame): void;
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
 * Why no message is lost between loading the head and live delivery: the channel exists before its head is asked for. A
 * message that the read's snapshot does not show was committed after it, so its hint, or the follower's read of its
 * position, comes to this channel, where it is either the next one or raises `wanted` above the head; and while `wanted`
 * is above the head, the channel asks to be read again. Why none is doubled: an offset at or below the head is dropped.
 */
export interface Channel {
  readonly name: string;
  readonly source: StreamSource;
  /** The end of the stream; undefined until the first read. */
  readonly hot: HotStream | undefined;
  readonly epoch: string | undefined;
  readonly ceiling: number;
  readonly receivers: Set<Receiver>;
  /** Whether a read is needed: the head is unknown, a later message is known of, or somebody waits. */
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
  /** Forgets the stream, because the epoch is another; receivers are restarted when it has been read again. */
  forget(): void;
}

export function createChannel(deps: {
  readonly name: string;
  readonly source: StreamSource;
  readonly bounds: ChannelBounds;
  readonly now: () => number;
  /** Called when {@link Channel.needsRead} may have become true. */
  readonly onNeed: (channel: Channel) => void;
}): Channel {
  const { name, source } = deps;
  const receivers = new Set<Receiver>();
  let hot: HotStream | undefined;
  let epoch: string | undefined;
  let ceiling = 0;
  /** The highest offset heard of since the last request was taken. */
  let wanted = 0;
  /** The same as of the request that is being answered: a false claim is forgotten with it. */
  let asked = 0;
  let start: StreamPosition | undefined;
  let waiting: Waiter[] = [];
  let served: Waiter[] = [];
  let headWaiters: { readonly offset: number; readonly stream: HotStream | undefined; resolve(): void }[] = [];

  function resolveHeadWaiters(): void {
    const stay = (waiter: (typeof headWaiters)[number]) => hot && waiter.stream === hot && hot.head < waiter.offset;
    for (const waiter of headWaiters) if (!stay(waiter)) waiter.resolve();
    headWaiters = headWaiters.filter(stay);
  }

  function accept(message: StreamMessage, into: HotStream, inEpoch: string): void {
    const frame = encodePublication(name, inEpoch, message);
    into.append({ offset: message.offset, frame }, deps.now());
    for (const receiver of receivers) receiver.deliver(frame);
    if (headWaiters.length > 0) resolveHeadWaiters();
  }

  /** Continues at the head of another stream, or beyond what retention took. */
  function restartAt(head: number, inEpoch: string): HotStream {
    const fresh = createHotStream(head, deps.bounds);
    hot = fresh;
    epoch = inEpoch;
    for (const receiver of receivers) receiver.restart({ offset: head, epoch: inEpoch });
    return fresh;
  }

  /** The first read: from the seed when the rest of the stream came along, else at the head. */
  function begin(state: StreamState, cut: boolean): HotStream {
    const first = state.messages[0];
    const seed = start;
    const isWhole = seed?.epoch === state.epoch && !cut && first !== undefined && first.prev <= seed.offset;
    return restartAt(isWhole ? seed.offset : state.head, state.epoch);
  }

  const channel: Channel = {
    name,
    source,
    receivers,
    get hot() {
      return hot;
    },
    get epoch() {
      return epoch;
    },
    get ceiling() {
      return Math.max(ceiling, hot?.head ?? 0);
    },
    get needsRead() {
      return hot === undefined || wanted > hot.head || waiting.length > 0;
    },
    offer(message) {
      const verdict = hot && epoch !== undefined ? hot.judge(message) : 'ahead';
      if (verdict === 'known') return;
      if (verdict === 'next' && hot && epoch !== undefined) accept(message, hot, epoch);
      else channel.advance(message.offset);
    },
    advance(offset) {
      if (hot && offset <= hot.head) return;
      wanted = Math.max(wanted, offset);
      deps.onNeed(channel);
    },
    seed(position) {
      if (!hot) start ??= position;
    },
    whenRead() {
      return new Promise((resolve, reject) => {
        waiting.push({ resolve, reject });
        deps.onNeed(channel);
      });
    },
    whenHead(offset) {
      return new Promise((resolve) => {
        headWaiters.push({ offset, stream: hot, resolve });
        resolveHeadWaiters();
      });
    },
    takeRequest() {
      asked = wanted;
      wanted = 0;
      served = waiting;
      waiting = [];
      return { channel: name, after: hot ? hot.head : (start?.offset ?? null), fresh: served.length > 0 };
    },
    applyRead(request, state, cut) {
      ceiling = state.ceiling;
      const stream = hot && epoch === state.epoch ? hot : begin(state, cut);
      if (request.after !== null && request.after > state.head && stream.head > state.head)
        restartAt(state.head, state.epoch);
      for (const message of state.messages) {
        const verdict = hot?.judge(message);
        if (verdict === 'next' && hot) accept(message, hot, state.epoch);
        if (verdict === 'ahead') {
          restartAt(state.head, state.epoch);
          break;
        }
      }
      const head = hot?.head ?? 0;
      if (head < state.head) {
        if (cut) wanted = Math.max(wanted, state.head);
        else if (state.hasHoles) hot?.skipTo(state.head);
        else restartAt(state.head, state.epoch);
      }
      start = undefined;
      resolveHeadWaiters();
      for (const waiter of served) waiter.resolve();
      served = [];
    },
    failRead(error) {
      wanted = Math.max(wanted, asked);
      for (const waiter of served) waiter.reject(error);
      served = [];
    },
    forget() {
      hot = undefined;
      epoch = undefined;
      wanted = 0;
      deps.onNeed(channel);
    },
  };
  return channel;
}
