import {
  type BrowserSignals,
  createEventStream,
  type EventStream,
  type LiveEvent,
  type RefetchNotice,
  type SocketConstructor,
} from '@skelly/client';
import type { ServerFrame, StreamPosition } from '@skelly/types/live';
import { WebSocket } from 'ws';
import { ORIGIN, type TestMember } from './gateway-harness';

/** The SDK as a browser of the member would run it, and what it was told. */
export interface TestStream {
  readonly stream: EventStream;
  readonly events: readonly LiveEvent[];
  readonly refetches: readonly RefetchNotice[];
  /** Where the gateway last said that the channel's subscription stands. */
  positionOf(channel: string): StreamPosition | undefined;
  /** Cuts the connection as a network does: without a word. */
  cut(): void;
  /** The same to one that is live; resolves when the stream has noticed, as it may be live again a moment later. */
  cutUntilNoticed(): Promise<void>;
  /** Reads nothing for so many milliseconds. */
  stall(ms: number): void;
}

/** @param urlOf - asked at every attempt, so that a stream can meet another gateway each time */
export function openTestStream(options: {
  readonly urlOf: () => string;
  readonly member: TestMember;
  readonly channels?: Readonly<Record<string, StreamPosition | undefined>>;
  /** @defaultValue those of a process without a page, which shows nothing */
  readonly signals?: BrowserSignals;
}): TestStream {
  const positions = new Map<string, StreamPosition>();
  let current: WebSocket | undefined;
  class MemberSocket extends WebSocket {
    constructor() {
      super(options.urlOf(), { headers: { cookie: options.member.cookie, origin: ORIGIN } });
      current = this;
      // Before the SDK sees it.
      this.on('message', (text) => {
        const frame = JSON.parse(text.toString()) as ServerFrame;
        if (frame.t === 'subscribed') positions.set(frame.channel, { offset: frame.offset, epoch: frame.epoch });
      });
    }
  }
  const events: LiveEvent[] = [];
  const refetches: RefetchNotice[] = [];
  const stream = createEventStream({
    url: 'ws://unused',
    WebSocket: MemberSocket as unknown as SocketConstructor,
    random: () => Math.random() / 10,
    ...(options.signals ? { signals: options.signals } : {}),
    ...(options.channels ? { channels: options.channels } : {}),
  });
  stream.subscribe('*', (event) => events.push(event));
  stream.onRefetch((notice) => refetches.push(notice));
  stream.connect();
  const stall = (ms: number) => {
    const socket = current;
    if (socket?.readyState !== WebSocket.OPEN) return;
    socket.pause();
    setTimeout(() => socket.resume(), ms);
  };
  return {
    stream,
    events,
    refetches,
    positionOf: (channel) => positions.get(channel),
    cut: () => current?.terminate(),
    cutUntilNoticed: () =>
      new Promise((resolve) => {
        const stop = stream.onState(() => {
          if (stream.state.status === 'live') return;
          stop();
          resolve();
        });
        current?.terminate();
      }),
    stall,
  };
}
