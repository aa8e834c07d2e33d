import { CLOSE } from '@skelly/types/live';
import type { SocketConstructor, SocketLike } from '../socket';
import { openStreamSocket, type StreamSocketDependencies } from './stream-socket';

/** Milliseconds until a WebSocket is tried beside a stream that works; doubled with every try in vain. */
const PROBE = { KNOWN_TO_PASS: 1_000, FIRST: 60_000, LONGEST: 900_000, WITHIN: 10_000 } as const;

/** Where WebSockets pass again, what the client is told of its stream: come back. */
const SWITCH = { code: CLOSE.GOING_AWAY, reason: '' } as const;

export interface ProbingStreamDependencies extends StreamSocketDependencies {
  readonly WebSocket: SocketConstructor;
  /** Tells once whether a WebSocket passes. */
  readonly watch: (socket: SocketLike, told: (isPassing: boolean) => void) => SocketLike;
}

/**
 * Opens the stream beside a socket's URL. It ends, and `onPassed` is called, when a WebSocket has passed. Where one has before
 * (`hasPassed`), the server was away rather than the network in the way, and one is tried at once.
 */
export type OpenProbingStream = (url: string, how: { hasPassed: boolean; onPassed: () => void }) => SocketLike;

/** Streams beside which a WebSocket is tried from time to time, less often with every try in vain. */
export function streamsWithProbes(deps: ProbingStreamDependencies): OpenProbingStream {
  const { timers, watch } = deps;
  let probeMs: number = PROBE.FIRST;

  return (url, { hasPassed, onPassed }) => {
    const address = new URL('/stream', url);
    address.protocol = address.protocol.replace('ws', 'http');
    const stream = openStreamSocket(address.href, deps);
    let timer: unknown;
    let probe: SocketLike | undefined;

    function endProbe(): void {
      timers.clearTimeout(timer);
      const ended = probe;
      // First, as whoever closes it is told at once that it did not pass.
      probe = undefined;
      ended?.close(1000);
    }
    function probeLater(): void {
      timer = timers.setTimeout(probeNow, probeMs);
      probeMs = Math.min(PROBE.LONGEST, probeMs * 2);
    }
    function probeFirst(): void {
      if (!hasPassed) {
        probeLater();
        return;
      }
      probeMs = PROBE.FIRST;
      timer = timers.setTimeout(probeNow, PROBE.KNOWN_TO_PASS);
    }
    function probeNow(): void {
      const tried = watch(new deps.WebSocket(url), (isPassing) => {
        if (probe !== tried) return;
        endProbe();
        if (!isPassing) return probeLater();
        probeMs = PROBE.FIRST;
        onPassed();
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
      probeFirst();
      outer.onopen?.(event);
    };
    stream.onmessage = (event) => outer.onmessage?.(event);
    stream.onclose = (event) => {
      endProbe();
      outer.onclose?.(event);
    };
    return outer;
  };
}
