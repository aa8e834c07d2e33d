import { CLOSE, mayReconnect } from '@skelly/types/live';
import type { SocketConstructor, SocketLike } from '../socket';
import { openStreamSocket, type StreamSocketDependencies } from './stream-socket';

/** Attempts by WebSocket that end without a word before the stream is tried: at first, and where a WebSocket has passed before. */
const PATIENCE = { AT_FIRST: 2, AFTER_SUCCESS: 4 } as const;

/** Milliseconds until a WebSocket is tried beside a stream that works; doubled with every try in vain. */
const PROBE = { FIRST: 60_000, LONGEST: 900_000, WITHIN: 10_000 } as const;

/** Where WebSockets pass again, what the client is told of its stream: come back. */
const SWITCH = { code: CLOSE.GOING_AWAY, reason: '' } as const;

export interface FallbackDependencies extends StreamSocketDependencies {
  readonly WebSocket: SocketConstructor;
}

/**
 * Sockets that are WebSockets where those pass, and streams of server-sent events from `/stream` of the same origin where they
 * do not; there a WebSocket is tried again from time to time, and taken as soon as one passes.
 */
export function withFallback(deps: FallbackDependencies): SocketConstructor {
  const { timers } = deps;
  let hasPassed = false;
  /** Attempts by WebSocket since the last one that passed. */
  let failures = 0;
  let isStreamInVain = false;
  let probeMs: number = PROBE.FIRST;

  function passed(): void {
    hasPassed = true;
    failures = 0;
    probeMs = PROBE.FIRST;
  }

  /** Tells by a WebSocket's first frame, or the code that it is closed with, whether it passed; once. */
  function watch(socket: SocketLike, told: (isPassing: boolean) => void): SocketLike {
    let isOpen = true;
    const tell = (isPassing: boolean) => {
      if (!isOpen) return;
      isOpen = false;
      told(isPassing);
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
        tell(false);
        socket.close(code, reason);
      },
    };
    socket.onopen = (event) => outer.onopen?.(event);
    socket.onmessage = (event) => {
      tell(true);
      outer.onmessage?.(event);
    };
    socket.onclose = ((event: { code?: number }) => {
      tell(!mayReconnect(event.code ?? 0));
      outer.onclose?.(event as never);
    }) as SocketLike['onclose'];
    socket.onerror = (event) => outer.onerror?.(event);
    return outer;
  }

  function openWeb(url: string): SocketLike {
    isStreamInVain = false;
    return watch(new deps.WebSocket(url), (isPassing) => {
      if (isPassing) passed();
      else failures += 1;
    });
  }

  function openStream(url: string): SocketLike {
    const address = new URL('/stream', url);
    address.protocol = address.protocol.replace('ws', 'http');
    const stream = openStreamSocket(address.href, deps);
    isStreamInVain = true;
    let timer: unknown;
    let probe: SocketLike | undefined;

    function endProbe(): void {
      timers.clearTimeout(timer);
      probe?.close(1000);
      probe = undefined;
    }
    function probeLater(): void {
      timer = timers.setTimeout(probeNow, probeMs);
      probeMs = Math.min(PROBE.LONGEST, probeMs * 2);
    }
    function probeNow(): void {
      const tried = watch(new deps.WebSocket(url), (isPassing) => {
        if (probe !== tried) return;
        endProbe();
        if (!isPassing) return probeLater();
        passed();
        stream.close();
        outer.onclose?.(SWITCH as never);
      });
      probe = tried;
      timer = timers.setTimeout(() => tried.close(1000), PROBE.WITHIN);
    }

    const outer: SocketLike = {
      get readyState() {
        return stream.readyState;
      },
      onopen: null,
      onmessage: null,
      onclose: null,
      onerror: null,
      send: (text) => stream.send(text),
      close() {
        endProbe();
        stream.close();
      },
    };
    stream.onopen = (event) => {
      isStreamInVain = false;
      probeLater();
      outer.onopen?.(event);
    };
    stream.onmessage = (event) => outer.onmessage?.(event);
    stream.onclose = (event) => {
      endProbe();
      outer.onclose?.(event);
    };
    return outer;
  }

  /** Whichever is more likely to pass; when neither does, in turns. */
  function open(url: string): SocketLike {
    const patience = hasPassed ? PATIENCE.AFTER_SUCCESS : PATIENCE.AT_FIRST;
    return failures >= patience && !isStreamInVain ? openStream(url) : openWeb(url);
  }

  // A function that returns an object may be called with `new`.
  return function openFallback(url: string) {
    return open(url);
  } as unknown as SocketConstructor;
}
