import { mayReconnect } from '@skelly/types/live';
import type { SocketConstructor, SocketLike } from '../socket';
import type { OpenProbingStream } from './probing-stream';
import type { StreamSocketDependencies } from './stream-socket';

const ABNORMAL = 1006;

/** Attempts by WebSocket that end without a word before the stream is tried: at first, and where a WebSocket has passed before. */
const PATIENCE = { AT_FIRST: 2, AFTER_SUCCESS: 4 } as const;

export interface FallbackDependencies extends StreamSocketDependencies {
  readonly WebSocket: SocketConstructor;
}

/**
 * Sockets that are WebSockets where those pass, and streams of server-sent events from `/stream` of the same origin where they
 * do not; there a WebSocket is tried again from time to time, and taken as soon as one passes. The script of the streams is loaded
 * when one is wanted.
 */
export function withFallback(deps: FallbackDependencies): SocketConstructor {
  let hasPassed = false;
  /** Attempts by WebSocket since the last one that passed. */
  let failures = 0;
  let isStreamInVain = false;
  let openProbing: Promise<OpenProbingStream> | undefined;

  function passed(): void {
    hasPassed = true;
    failures = 0;
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
    isStreamInVain = true;
    let stream: SocketLike | undefined;
    let isClosed = false;
    const outer: SocketLike = {
      get readyState() {
        return stream?.readyState ?? 0;
      },
      onopen: null,
      onmessage: null,
      onclose: null,
      onerror: null,
      send: (text) => stream?.send(text),
      close() {
        isClosed = true;
        stream?.close();
      },
    };
    openProbing ??= import('./probing-stream').then(({ streamsWithProbes }) => streamsWithProbes({ ...deps, watch }));
    openProbing.then(
      (open) => {
        if (isClosed) return;
        stream = open(url, { hasPassed, onPassed: passed });
        stream.onopen = (event) => {
          isStreamInVain = false;
          outer.onopen?.(event);
        };
        stream.onmessage = (event) => outer.onmessage?.(event);
        stream.onclose = (event) => outer.onclose?.(event);
      },
      () => {
        openProbing = undefined;
        if (!isClosed) outer.onclose?.({ code: ABNORMAL, reason: '' } as never);
      },
    );
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
