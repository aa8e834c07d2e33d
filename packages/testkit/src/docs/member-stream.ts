import { createEventStream, type EventStream, type LiveEvent, type SocketConstructor } from '@skelly/client';
import { WebSocket } from 'ws';

/** A member's live events as the SDK gives them to a page. */
export interface MemberStream {
  readonly stream: EventStream;
  readonly events: readonly LiveEvent[];
}

/** Connects the SDK to a gateway with a member's session cookie, as a browser does. @param options.origin the page's */
export function openMemberStream(options: { url: string; cookie: string; origin: string }): MemberStream {
  class MemberSocket extends WebSocket {
    constructor(url: string) {
      super(url, { headers: { cookie: options.cookie, origin: options.origin } });
    }
  }
  const stream = createEventStream({ url: options.url, WebSocket: MemberSocket as unknown as SocketConstructor });
  const events: LiveEvent[] = [];
  stream.subscribe('*', (event) => events.push(event));
  stream.connect();
  return { stream, events };
}
