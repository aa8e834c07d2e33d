import {
  createEventStream,
  type EventStream,
  type LiveEvent,
  type RefetchNotice,
  type SocketConstructor,
} from '@skelly/client';
import { WebSocket } from 'ws';
import { ORIGIN, type TestMember } from './gateway-harness';

/** The SDK as a browser of the member would run it, and what it was told. */
export interface TestStream {
  readonly stream: EventStream;
  readonly events: readonly LiveEvent[];
  readonly refetches: readonly RefetchNotice[];
  /** Cuts the connection as a network does: without a word. */
  cut(): void;
}

/** @param urlOf - asked at every attempt, so that a stream can meet another gateway each time */
export function openTestStream(options: {
  readonly urlOf: () => string;
  readonly member: TestMember;
  readonly channels?: Readonly<Record<string, { offset: number; epoch: string } | undefined>>;
}): TestStream {
  let current: WebSocket | undefined;
  class MemberSocket extends WebSocket {
    constructor() {
      super(options.urlOf(), { headers: { cookie: options.member.cookie, origin: ORIGIN } });
      current = this;
    }
  }
  const events: LiveEvent[] = [];
  const refetches: RefetchNotice[] = [];
  const stream = createEventStream({
    url: 'ws://unused',
    WebSocket: MemberSocket as unknown as SocketConstructor,
    random: () => Math.random() / 10,
    ...(options.channels ? { channels: options.channels } : {}),
  });
  stream.subscribe('*', (event) => events.push(event));
  stream.onRefetch((notice) => refetches.push(notice));
  stream.connect();
  return { stream, events, refetches, cut: () => current?.terminate() };
}
