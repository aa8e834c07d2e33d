import type { ClientFrame, ServerFrame } from '@skelly/types/live';
import type { BrowserSignals, Timers } from '../environment';
import type { SocketConstructor, SocketLike } from '../socket';

/** The server's end of a socket that the stream opened. */
export interface FakeSocket {
  readonly sent: readonly ClientFrame[];
  readonly isDropped: boolean;
  say(frame: ServerFrame): void;
  /** The other side closes. */
  end(code: number, reason?: string): void;
}

/** Time, network and browser in a test's hands. */
export interface FakeWorld {
  readonly sockets: readonly FakeSocket[];
  /** The socket opened last. */
  readonly socket: FakeSocket;
  readonly WebSocket: SocketConstructor;
  readonly timers: Timers;
  readonly signals: BrowserSignals;
  now(): number;
  /** Lets time pass and runs what falls due, in order. */
  pass(ms: number): void;
  goOffline(): void;
  goOnline(): void;
  becomeVisible(): void;
  hide(): void;
  /** The browser paints; a hidden page is not painted. */
  paint(): void;
}

export function createFakeWorld(): FakeWorld {
  const sockets: FakeSocket[] = [];
  const due = new Map<number, { at: number; run: () => void }>();
  let listener: Parameters<BrowserSignals['listen']>[0] | undefined;
  let isOffline = false;
  let isVisible = true;
  let paints: (() => void)[] = [];
  let time = 1_000_000;
  let timerIds = 0;

  class Socket implements SocketLike {
    readyState = 1;
    onopen: SocketLike['onopen'] = null;
    onmessage: SocketLike['onmessage'] = null;
    onclose: SocketLike['onclose'] = null;
    onerror: SocketLike['onerror'] = null;
    readonly sent: ClientFrame[] = [];
    isDropped = false;
    constructor() {
      sockets.push(this);
    }
    send(text: string) {
      this.sent.push(JSON.parse(text) as ClientFrame);
    }
    close() {
      this.isDropped = true;
    }
    say(frame: ServerFrame) {
      this.onmessage?.({ data: JSON.stringify(frame) } as never);
    }
    end(code: number, reason = '') {
      this.readyState = 3;
      this.onclose?.({ code, reason } as never);
    }
  }

  return {
    sockets,
    get socket() {
      const last = sockets.at(-1);
      if (!last) throw new Error('No socket was opened.');
      return last;
    },
    WebSocket: Socket as unknown as SocketConstructor,
    timers: {
      setTimeout(run, ms) {
        timerIds += 1;
        due.set(timerIds, { at: time + ms, run });
        return timerIds;
      },
      clearTimeout: (timer) => void due.delete(timer as number),
    },
    signals: {
      get isOffline() {
        return isOffline;
      },
      get isVisible() {
        return isVisible;
      },
      nextPaint: (run) => void paints.push(run),
      listen(handlers) {
        listener = handlers;
        return () => {
          listener = undefined;
        };
      },
    },
    now: () => time,
    pass(ms) {
      const end = time + ms;
      for (;;) {
        const next = [...due].filter(([, { at }]) => at <= end).sort(([, left], [, right]) => left.at - right.at)[0];
        if (!next) break;
        const [timer, { at, run }] = next;
        due.delete(timer);
        time = at;
        run();
      }
      time = end;
    },
    goOffline() {
      isOffline = true;
      listener?.onOffline();
    },
    goOnline() {
      isOffline = false;
      listener?.onOnline();
    },
    becomeVisible() {
      isVisible = true;
      listener?.onVisible();
    },
    hide() {
      isVisible = false;
    },
    paint() {
      if (!isVisible) return;
      const now = paints;
      paints = [];
      for (const run of now) run();
    },
  };
}
