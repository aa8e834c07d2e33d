import type { ClientFrame, RefreshedFrame, WelcomeFrame } from '@skelly/types/live';
import type { Timers } from './environment';
import type { SocketConstructor, SocketLike } from './socket';

/** Bounds of the wait before a refresh, in milliseconds; within them it is half of the time that is left by this clock. */
const REFRESH = { EARLIEST: 5_000, LATEST: 300_000 } as const;

const ABNORMAL = 1006;

export interface TokenDependencies {
  readonly WebSocket: SocketConstructor;
  /** A token of `POST /api/live/token`, another one every time. */
  readonly token: () => Promise<string>;
  readonly timers: Timers;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly onError: (error: unknown) => void;
}

/** Sockets of a client without cookie: each begins with a token, and gets another one before its time is over. */
export function withToken(deps: TokenDependencies): SocketConstructor {
  const { timers, now } = deps;

  function open(url: string): SocketLike {
    const socket = new deps.WebSocket(url);
    let timer: unknown;
    let isClosed = false;
    let refreshes = 0;

    const sendToken = async (frameOf: (token: string) => ClientFrame) => {
      try {
        const token = await deps.token();
        if (!isClosed) socket.send(JSON.stringify(frameOf(token)));
        return true;
      } catch (error) {
        if (!isClosed) deps.onError(error);
        return false;
      }
    };
    const refreshAfter = (ms: number) => {
      timer = timers.setTimeout(async () => {
        refreshes += 1;
        const id = `refresh-${refreshes}`;
        const isSent = await sendToken((token) => ({ t: 'refresh', id, token }));
        if (!isSent && !isClosed) refreshAfter(REFRESH.EARLIEST);
      }, ms);
    };
    const learn = ({ t, expiresAt }: WelcomeFrame | RefreshedFrame) => {
      if ((t !== 'welcome' && t !== 'refreshed') || expiresAt === undefined) return;
      const half = (Date.parse(expiresAt) - now()) / 2;
      refreshAfter(Math.min(REFRESH.LATEST, Math.max(REFRESH.EARLIEST, half)));
    };
    const end = () => {
      isClosed = true;
      timers.clearTimeout(timer);
    };

    const outer: SocketLike = {
      get readyState() {
        return socket.readyState;
      },
      onopen: null,
      onmessage: null,
      onclose: null,
      onerror: null,
      send: (text) => socket.send(text),
      close(code, reason) {
        end();
        socket.close(code, reason);
      },
    };
    socket.onopen = (event) => {
      outer.onopen?.(event);
      void sendToken((token) => ({ t: 'connect', token })).then((isSent) => {
        if (isSent || isClosed) return;
        outer.close(1000);
        outer.onclose?.({ code: ABNORMAL, reason: 'no token' } as never);
      });
    };
    socket.onmessage = ((event: { data: unknown }) => {
      // Both are rare; everything else passes unread.
      if (typeof event.data === 'string' && /^\{"t":"(welcome|refreshed)"/.test(event.data))
        learn(JSON.parse(event.data));
      outer.onmessage?.(event as never);
    }) as SocketLike['onmessage'];
    socket.onclose = (event) => {
      end();
      outer.onclose?.(event);
    };
    socket.onerror = (event) => outer.onerror?.(event);
    return outer;
  }

  // A function that returns an object may be called with `new`.
  return function openWithToken(url: string) {
    return open(url);
  } as unknown as SocketConstructor;
}
