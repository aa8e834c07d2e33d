import {
  CLOSE,
  type ClientFrame,
  mayReconnect,
  readReconnectAdvice,
  type ServerFrame,
  type ShownReport,
} from '@skelly/types/live';
import { backoff } from './backoff';
import type { BrowserSignals, Timers } from './environment';
import { type OpenSocket, openSocket, type SocketConstructor } from './socket';
import type { OfflineReason, StateCell } from './state';

/** Times of the connection, in milliseconds. */
const TIMES = {
  /** From the attempt to `welcome`. */
  CONNECT: 10_000,
  /** From a ping to any frame; after it the socket counts as dead. */
  ANSWER: 10_000,
  /** The same when the page has just become visible, where a dead socket is likely. */
  ANSWER_AFTER_WAKE: 3_000,
  /** A connection that lasted so long was a good one: the next wait is short again. */
  STABLE: 10_000,
  /** Between attempts while the browser says that it is offline. */
  WHILE_OFFLINE: 15_000,
} as const;

export interface ConnectionDependencies {
  readonly url: () => string;
  readonly WebSocket: SocketConstructor;
  readonly random: () => number;
  readonly now: () => number;
  readonly timers: Timers;
  readonly signals: BrowserSignals;
  readonly state: StateCell;
  /** Every frame but `pong`, in order. */
  readonly onFrame: (frame: Exclude<ServerFrame, { t: 'pong' }>) => void;
  /** What a ping takes along. */
  readonly takeShown: () => ShownReport[] | undefined;
  /** The socket is gone. */
  readonly onLost: () => void;
  readonly onError: (error: unknown) => void;
}

/** Keeps one socket to the server for as long as it is wanted. */
export interface LiveConnection {
  /** Wants a connection; also the way on after it has stopped. */
  open(): void;
  close(): void;
  send(frame: ClientFrame): void;
  /** Everything is followed: the connection is live. */
  complete(): void;
  /** Sends the next ping now; does nothing while there is no connection. What has just come is sign of life enough: none is asked for. */
  pingNow(): void;
}

export function createConnection(deps: ConnectionDependencies): LiveConnection {
  const { timers, now, state, signals } = deps;
  let socket: OpenSocket | undefined;
  let isWanted = false;
  let stopListening: (() => void) | undefined;
  /** Attempts that failed since a good connection. */
  let failures = 0;
  /** Whether the last attempt, or the browser, gave reason to call it offline. */
  let isDown = false;
  let openedAt = 0;
  /** Whether anything was heard since the last ping; no moment, as clocks are set. */
  let isHeard = false;
  let pingIntervalMs = 0;
  let retry: unknown;
  let deadline: unknown;
  let heartbeat: unknown;

  const send = (frame: ClientFrame) => socket?.send(JSON.stringify(frame));

  function clearTimers(): void {
    for (const timer of [retry, deadline, heartbeat]) timers.clearTimeout(timer);
    retry = undefined;
  }

  function show(): void {
    state.set(isDown ? { status: 'offline', reason: 'network' } : { status: 'connecting', reason: undefined });
  }

  function attempt(): void {
    if (!isWanted) return;
    clearTimers();
    dropSocket();
    openedAt = now();
    pingIntervalMs = 0;
    show();
    state.set({ retryAt: undefined });
    try {
      socket = openSocket(deps.WebSocket, deps.url(), { onMessage: receive, onClose: closed });
    } catch (error) {
      deps.onError(error);
      lost();
      return;
    }
    deadline = timers.setTimeout(() => lost(), TIMES.CONNECT);
  }

  function dropSocket(): void {
    const old = socket;
    socket = undefined;
    if (!old) return;
    old.drop();
    deps.onLost();
  }

  /** The connection is gone, or never came: wait, then try again. */
  function lost(adviceMs?: number): void {
    const wasGood = pingIntervalMs > 0;
    clearTimers();
    dropSocket();
    if (!isWanted) return;
    if (wasGood && now() - openedAt >= TIMES.STABLE) failures = 0;
    if (!wasGood || signals.isOffline) isDown = true;
    const jittered = adviceMs ? Math.floor(deps.random() * adviceMs) : backoff(failures, deps.random);
    const waitMs = signals.isOffline ? TIMES.WHILE_OFFLINE : jittered;
    failures += 1;
    show();
    state.set({ retryAt: now() + waitMs });
    retry = timers.setTimeout(attempt, waitMs);
  }

  function stop(reason: OfflineReason): void {
    isWanted = false;
    clearTimers();
    dropSocket();
    stopListening?.();
    stopListening = undefined;
    state.set({ status: 'offline', reason, retryAt: undefined });
  }

  function closed(code: number, reason: string): void {
    if (mayReconnect(code)) lost(readReconnectAdvice(reason));
    else if (code === CLOSE.UNAUTHENTICATED) stop('signed-out');
    else stop(code === CLOSE.FORBIDDEN ? 'forbidden' : 'refused');
  }

  function receive(text: string): void {
    isHeard = true;
    const frame = parse(text);
    if (!frame || frame.t === 'pong') return;
    if (frame.t === 'welcome') {
      timers.clearTimeout(deadline);
      pingIntervalMs = frame.pingIntervalMs;
      awaitBeat();
    }
    deps.onFrame(frame);
  }

  function parse(text: string): ServerFrame | undefined {
    try {
      return JSON.parse(text) as ServerFrame;
    } catch (error) {
      deps.onError(error);
      return undefined;
    }
  }

  function beat(): void {
    probe(TIMES.ANSWER);
    awaitBeat();
  }

  function awaitBeat(): void {
    timers.clearTimeout(heartbeat);
    heartbeat = timers.setTimeout(beat, pingIntervalMs);
  }

  function ping(): void {
    const shown = deps.takeShown();
    send(shown ? { t: 'ping', shown } : { t: 'ping' });
  }

  /** Asks for a sign of life. */
  function probe(withinMs: number): void {
    isHeard = false;
    ping();
    timers.clearTimeout(deadline);
    deadline = timers.setTimeout(() => {
      if (!isHeard) lost();
    }, withinMs);
  }

  /** Something changed for the better: do not sit out the wait. */
  function hurry(): void {
    if (retry !== undefined) attempt();
    else if (pingIntervalMs > 0) probe(TIMES.ANSWER_AFTER_WAKE);
  }

  return {
    open() {
      if (isWanted) return;
      isWanted = true;
      failures = 0;
      isDown = signals.isOffline;
      stopListening = signals.listen({
        onOnline: hurry,
        onVisible: hurry,
        onOffline() {
          isDown = true;
          lost();
        },
      });
      attempt();
    },
    close: () => stop('closed'),
    send,
    complete() {
      isDown = false;
      state.set({ status: 'live', reason: undefined, retryAt: undefined });
    },
    pingNow() {
      if (pingIntervalMs === 0 || !socket) return;
      ping();
      awaitBeat();
    },
  };
}
