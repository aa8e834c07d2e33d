import type { ClientFrame, ServerFrame, StreamPosition } from '@skelly/types/live';
import type { Timers } from '../environment';
import type { SocketConstructor, SocketLike } from '../socket';

/** A gateway with its streams, as the protocol describes it, for sockets of one browser. */
export interface FakeGateway {
  /** Sockets that are open, as the browser has them. */
  readonly open: number;
  /** Every socket that was ever opened. */
  readonly opened: number;
  /** Frames that clients sent, by kind. */
  readonly received: readonly ClientFrame[];
  /** Who the cookie says is signed in. */
  userId: string;
  publish(channel: string, count?: number): void;
  position(channel: string): StreamPosition;
  /** Forgets the messages of a channel, as retention does. */
  forget(channel: string): void;
  /** The database was restored from a backup. */
  renewEpoch(): void;
  closeAll(code: number, reason?: string): void;
  /** The network goes on without a word, and says nothing any more. */
  deafen(): void;
  /** Says something to every socket. */
  say(frame: object): void;
}

interface Page {
  isAlive(): boolean;
  inTab(run: () => void): void;
}

const LATENCY_MS = 2;

export function createFakeGateway(deps: { readonly timers: Timers }): FakeGateway & {
  /** Sockets of a page: they end with it, and what the network brings waits while it stands still. */
  socketsOf(page: Page): SocketConstructor;
} {
  const { timers } = deps;
  const streams = new Map<string, { offset: number; floor: number }>();
  const sockets = new Set<Socket>();
  const received: ClientFrame[] = [];
  let epoch = 1;
  let opened = 0;
  let userId = '1';

  const streamOf = (channel: string) => {
    const known = streams.get(channel) ?? { offset: 0, floor: 0 };
    streams.set(channel, known);
    return known;
  };
  const publication = (channel: string, offset: number): ServerFrame => ({
    t: 'pub',
    channel,
    offset,
    epoch: `e${epoch}`,
    type: 'user:email.verified',
    eventId: `${channel} ${offset}`,
    at: '',
    correlationId: `correlation ${offset}`,
    data: {},
  });

  class Socket implements SocketLike {
    readyState = 0;
    onopen: SocketLike['onopen'] = null;
    onmessage: SocketLike['onmessage'] = null;
    onclose: SocketLike['onclose'] = null;
    onerror: SocketLike['onerror'] = null;
    isDeaf = false;
    readonly user = userId;
    readonly channels = new Set<string>();
    constructor(readonly page: Page) {
      opened += 1;
      sockets.add(this);
      timers.setTimeout(() => {
        if (this.readyState !== 0) return;
        this.readyState = 1;
        const user = { id: this.user, role: 'member' };
        this.say({ t: 'welcome', v: 1, connectionId: 'c', user, pingIntervalMs: 25_000 });
      }, LATENCY_MS);
    }
    say(frame: object): void {
      timers.setTimeout(() => {
        if (this.isDeaf || this.readyState !== 1) return;
        this.page.inTab(() => this.onmessage?.({ data: JSON.stringify(frame) } as never));
      }, LATENCY_MS);
    }
    send(text: string): void {
      const frame = JSON.parse(text) as ClientFrame;
      timers.setTimeout(() => {
        if (!this.isDeaf && this.readyState === 1) this.receive(frame);
      }, LATENCY_MS);
    }
    receive(frame: ClientFrame): void {
      received.push(frame);
      if (frame.t === 'ping') this.say({ t: 'pong' });
      else if (frame.t === 'subscribe') this.subscribe(frame);
      else if (frame.t === 'unsubscribe') {
        this.channels.delete(frame.channel);
        this.say({ t: 'unsubscribed', id: frame.id, channel: frame.channel });
      }
    }
    subscribe({ id, channel, since }: Extract<ClientFrame, { t: 'subscribe' }>): void {
      const refusal = this.refusalOf(channel);
      if (refusal) {
        this.say({ t: 'error', id, ...refusal, message: '' });
        if (refusal.code === 'forbidden') this.end(4403);
        return;
      }
      this.channels.add(channel);
      const { offset, floor } = streamOf(channel);
      const recovered = !since || (since.epoch === `e${epoch}` && since.offset >= floor && since.offset <= offset);
      const from = recovered && since ? since.offset : offset;
      this.say({ t: 'subscribed', id, channel, offset: from, epoch: `e${epoch}`, recovered });
      for (let next = from + 1; next <= offset; next += 1) this.say(publication(channel, next));
    }
    refusalOf(channel: string): { code: string; temporary: boolean } | undefined {
      if (this.channels.has(channel)) return { code: 'already_subscribed', temporary: false };
      const isTheirs =
        !channel.startsWith('role:') && (!channel.startsWith('user:') || channel === `user:${this.user}`);
      return isTheirs ? undefined : { code: 'forbidden', temporary: false };
    }
    close(): void {
      this.readyState = 3;
      sockets.delete(this);
    }
    end(code: number, reason = ''): void {
      timers.setTimeout(() => {
        if (this.readyState === 3) return;
        this.close();
        this.page.inTab(() => this.onclose?.({ code, reason } as never));
      }, LATENCY_MS);
    }
  }

  const socketsOf = (page: Page) =>
    class extends Socket {
      constructor() {
        super(page);
      }
    } as unknown as SocketConstructor;

  return {
    socketsOf,
    received,
    get open() {
      for (const socket of sockets) if (!socket.page.isAlive()) sockets.delete(socket);
      return sockets.size;
    },
    get opened() {
      return opened;
    },
    get userId() {
      return userId;
    },
    set userId(id) {
      userId = id;
    },
    publish(channel, count = 1) {
      for (let left = count; left > 0; left -= 1) {
        const stream = streamOf(channel);
        stream.offset += 1;
        for (const socket of sockets) {
          if (socket.channels.has(channel)) socket.say(publication(channel, stream.offset));
        }
      }
    },
    position: (channel) => ({ offset: streamOf(channel).offset, epoch: `e${epoch}` }),
    forget(channel) {
      const stream = streamOf(channel);
      stream.floor = stream.offset;
    },
    renewEpoch() {
      epoch += 1;
    },
    closeAll(code, reason) {
      for (const socket of sockets) socket.end(code, reason);
    },
    deafen() {
      for (const socket of sockets) socket.isDeaf = true;
    },
    say(frame) {
      for (const socket of sockets) socket.say(frame);
    },
  };
}
