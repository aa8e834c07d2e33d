import type { ClientData, ClientInput, EventContract } from '@skelly/types/event';
import type { ContractOf, EventType } from '@skelly/types/events';
import {
  LOG_CHANNEL,
  type LogEntry,
  type PublicationFrame,
  type ServerFrame,
  type StreamPosition,
  userChannel,
} from '@skelly/types/live';
import { createChannelTable, type RefetchNotice } from './channels';
import { createConnection } from './connection';
import { createEmitter, type EmitOptions } from './emitter';
import { type BrowserSignals, pageSignals, reportGlobally, socketUrl, systemTimers, type Timers } from './environment';
import { createHandlerTable, type LiveHandler } from './handlers';
import { type Fetch, type OutgoingEvent, postEvents } from './post-events';
import { createPresenceTable, type Presence } from './presence';
import { createShownTable } from './shown';
import type { SocketConstructor } from './socket';
import { withFallback } from './sse/fallback';
import { type ConnectionState, createStateCell } from './state';
import { type TokenDependencies, withToken } from './token-socket';

export interface EventStreamOptions {
  /** Where the gateway is: a path on this origin such as `/ws`, or an absolute URL. */
  readonly url: string;
  /** Channels to follow from the start, beside the user's own, which is always followed; each from a position, or from now on. */
  readonly channels?: Readonly<Record<string, StreamPosition | undefined>>;
  /** Where events are emitted to while there is no socket. @defaultValue `/api/events` */
  readonly eventsUrl?: string;
  /** @defaultValue the global fetch */
  readonly fetch?: Fetch;
  /** @defaultValue the global WebSocket, and server-sent events from `/stream` of the same origin where WebSockets do not pass */
  readonly WebSocket?: SocketConstructor;
  /** For a client without cookie: a token of `POST /api/live/token`, another one at every call. It connects and refreshes by it. */
  readonly token?: () => Promise<string>;
  /** From 0 up to 1. @defaultValue Math.random */
  readonly random?: () => number;
  /** Milliseconds since 1970. @defaultValue Date.now */
  readonly now?: () => number;
  readonly timers?: Timers;
  readonly signals?: BrowserSignals;
  /** Told of a handler that threw, and of what the server refused. @defaultValue the global reportError, where there is one */
  readonly onError?: (error: unknown) => void;
}

export interface SubscribeOptions {
  /** Only events of this channel; it is followed for as long as the subscription lasts. */
  readonly channel?: string;
}

export interface EventStream {
  /** Connects; also the way on after `close()`, and after it has stopped as signed out. Does nothing while it is connected. */
  connect(): void;
  /** Disconnects. Handlers and positions stay. */
  close(): void;
  /**
   * Calls the handler for every event of the contract, in the order of its channel, each once. A type of the catalog is as good as its
   * contract, and brings no schema library into the bundle; `*` means every type.
   */
  subscribe<Contract extends EventContract>(
    contract: Contract,
    handler: LiveHandler<ClientData<Contract>, Contract['type']>,
    options?: SubscribeOptions,
  ): () => void;
  subscribe<Type extends EventType>(
    type: Type,
    handler: LiveHandler<ClientData<ContractOf<Type>>, Type>,
    options?: SubscribeOptions,
  ): () => void;
  subscribe(type: '*', handler: LiveHandler, options?: SubscribeOptions): () => void;
  /** Follows the operations feed for as long as the subscription lasts; for admins and support. */
  subscribeLog(handler: LiveHandler<LogEntry>, options?: { readonly since?: StreamPosition }): () => void;
  /**
   * Follows a channel until the returned function is called. State that an API answer carried with its `stream` position is
   * continued without a gap when that position is given here before the channel is followed, so: before `connect()`.
   */
  ensureChannel(channel: string, position?: StreamPosition): () => void;
  /**
   * Emits an event that clients may emit, on behalf of whoever is signed in: by the socket while it is up, by HTTP otherwise, and again by
   * HTTP under the same key when the socket is lost before the answer.
   *
   * @returns the event's id once it is written.
   * @throws EmitRefused with the server's code; `timeout` after ten seconds; `too_many_waiting` behind a hundred others.
   */
  emit<Contract extends EventContract>(
    contract: Contract,
    data: ClientInput<Contract>,
    options?: EmitOptions,
  ): Promise<string>;
  emit(type: string, data: object, options?: EmitOptions): Promise<string>;
  /**
   * Who is on a channel, `room:{id}` or `user:{id}`, until it is left. In a room the user is there by it, in all eyes, unless
   * `enter` is false; on a user's channel they only look on.
   */
  presence(channel: string, options?: { readonly enter?: boolean }): Presence;
  /** Calls the listener when state that was built from a channel must be read afresh. */
  onRefetch(listener: (notice: RefetchNotice) => void): () => void;
  /** Calls the listener for every message after its handlers. It is none of them: what only it has seen was not shown. */
  observe(listener: (message: PublicationFrame) => void): () => void;
  readonly state: ConnectionState;
  onState(listener: () => void): () => void;
}

function socketOf(
  options: EventStreamOptions,
  deps: Pick<TokenDependencies, 'timers' | 'now' | 'onError'>,
): SocketConstructor {
  const WebSocket = options.WebSocket ?? (globalThis.WebSocket as unknown as SocketConstructor);
  // A stream is opened by a cookie.
  if (options.token) return withToken({ ...deps, WebSocket, token: options.token });
  return options.WebSocket ?? withFallback({ ...deps, WebSocket, fetch: (...request) => globalThis.fetch(...request) });
}

/** A member's live events over one socket that is kept open, resumed and told apart from dead by itself. */
export function createEventStream(options: EventStreamOptions): EventStream {
  const now = options.now ?? Date.now;
  const onError = options.onError ?? reportGlobally;
  const timers = options.timers ?? systemTimers;
  const random = options.random ?? Math.random;
  const signals = options.signals ?? pageSignals();
  const state = createStateCell();
  const channels = createChannelTable();
  const handlers = createHandlerTable({ onError });
  const observers = new Set<(message: PublicationFrame) => void>();
  const refetchListeners = new Set<(notice: RefetchNotice) => void>();
  const shown = createShownTable({
    tab: tabName(random),
    signals,
    timers,
    random,
    now,
    // Only of what is followed does the gateway know that it was sent.
    onDue: () => channels.isComplete && connection.pingNow(),
  });
  let isWelcome = false;
  let requests = 0;
  let own: string | undefined;
  const presence = createPresenceTable({
    now,
    timers,
    send(frame) {
      if (!isWelcome) return undefined;
      requests += 1;
      connection.send({ ...frame, id: requests });
      return requests;
    },
  });

  const connection = createConnection({
    url: () => socketUrl(options.url),
    WebSocket: socketOf(options, { timers, now, onError }),
    random,
    now,
    timers,
    signals,
    state,
    onFrame: receive,
    takeShown: () => shown.take(),
    onLost() {
      isWelcome = false;
      channels.disconnected();
      emitter.lost();
    },
    onError,
  });

  const emitter = createEmitter({
    send(frame) {
      if (isWelcome) connection.send(frame);
      return isWelcome;
    },
    nextId() {
      requests += 1;
      return requests;
    },
    async post(event: OutgoingEvent) {
      const url = options.eventsUrl ?? '/api/events';
      const fetch: Fetch = options.fetch ?? ((...request) => globalThis.fetch(...request));
      const [eventId] = await postEvents({ url, fetch, timeoutMs: 10_000 }, [event]);
      return eventId as string;
    },
    timers,
  });

  function request(channel: string): void {
    if (!isWelcome) return;
    requests += 1;
    const since = channels.requested(channel, requests);
    connection.send({ t: 'subscribe', id: requests, channel, ...(since ? { since } : {}) });
  }

  function requestAgain(channel: string): void {
    if (!isWelcome) return;
    requests += 1;
    connection.send({ t: 'unsubscribe', id: requests, channel });
    request(channel);
  }

  function tellRefetch(notice: RefetchNotice): void {
    for (const listener of [...refetchListeners]) {
      try {
        listener(notice);
      } catch (error) {
        onError(error);
      }
    }
  }

  function hold(channel: string, position?: StreamPosition): () => void {
    const { isNew, isStale, isSuperseded, release } = channels.hold(channel, position);
    if (isNew) request(channel);
    if (isSuperseded) requestAgain(channel);
    if (isStale) tellRefetch({ channel, reason: 'stale' });
    return () => {
      if (!release() || !isWelcome) return;
      requests += 1;
      connection.send({ t: 'unsubscribe', id: requests, channel });
    };
  }

  function welcome(user: { readonly id: string; readonly role: string }): void {
    isWelcome = true;
    const known = state.current.user;
    if (known?.id !== user.id || known.role !== user.role) state.set({ user: { id: user.id, role: user.role } });
    const mine = userChannel(user.id);
    if (own !== mine) {
      channels.forget((channel) => channel.startsWith('user:') && channel !== mine);
      channels.hold(mine);
      shown.clear();
      own = mine;
    }
    for (const channel of channels.names) request(channel);
    presence.connected();
  }

  function receive(frame: Exclude<ServerFrame, { t: 'pong' }>): void {
    switch (frame.t) {
      case 'welcome':
        welcome(frame.user);
        return;
      case 'subscribed': {
        const { refetch } = channels.subscribed(frame);
        if (channels.isComplete) connection.complete();
        if (refetch) tellRefetch({ channel: frame.channel, reason: 'unrecovered' });
        return;
      }
      case 'pub': {
        const arrival = channels.arrived(frame);
        if (arrival === 'resubscribe') requestAgain(frame.channel);
        if (arrival !== 'deliver') return;
        if (handlers.dispatch(frame)) shown.handled(frame);
        for (const observer of observers) observer(frame);
        state.set({ lastEventAt: now() });
        return;
      }
      case 'ack':
        emitter.answered(frame);
        return;
      case 'roster':
        presence.received(frame);
        return;
      case 'unsubscribed': {
        // Not in answer to us, whose requests to unsubscribe have ids of their own.
        const channel = channels.refused(frame.id);
        if (channel) lose(channel);
        return;
      }
      case 'error':
        if (!emitter.answered(frame) && !presence.refused(frame)) refused(frame);
        return;
    }
  }

  function refused(frame: Extract<ServerFrame, { t: 'error' }>): void {
    const channel = frame.id === undefined ? undefined : channels.refused(frame.id);
    if (frame.temporary) {
      const wait = 500 + Math.floor(random() * 1_000);
      // An answer that nobody waits for any more is no news.
      timers.setTimeout(() => {
        if (channel && frame.id !== undefined && channels.refused(frame.id) === channel) request(channel);
      }, wait);
      return;
    }
    onError(new Error(`${frame.code}: ${frame.message}`));
    if (channel) lose(channel);
  }

  /** The channel is not this user's to follow, or not any more. */
  function lose(channel: string): void {
    channels.forget((name) => name === channel);
    if (isWelcome && channels.isComplete) connection.complete();
    tellRefetch({ channel, reason: 'forbidden' });
  }

  for (const [channel, position] of Object.entries(options.channels ?? {})) hold(channel, position);

  function subscribe(target: string | EventContract, handler: LiveHandler<never>, how?: SubscribeOptions): () => void {
    const remove = handlers.add(typeof target === 'string' ? target : target.type, handler, how?.channel);
    const release = how?.channel === undefined ? undefined : hold(how.channel);
    return () => {
      remove();
      release?.();
    };
  }

  return {
    connect: () => connection.open(),
    close: () => connection.close(),
    subscribe: subscribe as EventStream['subscribe'],
    subscribeLog(handler, how) {
      const release = hold(LOG_CHANNEL, how?.since);
      const remove = handlers.add('*', handler, LOG_CHANNEL);
      return () => {
        remove();
        release();
      };
    },
    ensureChannel: hold,
    emit(target: string | EventContract, data: object, how?: EmitOptions) {
      return emitter.emit(typeof target === 'string' ? target : target.type, data, how);
    },
    presence: (channel, how) => presence.enter(channel, how?.enter !== false),
    observe(listener) {
      observers.add(listener);
      return () => observers.delete(listener);
    },
    onRefetch(listener) {
      refetchListeners.add(listener);
      return () => refetchListeners.delete(listener);
    },
    get state() {
      return state.current;
    },
    onState: (listener) => state.onChange(listener),
  };
}

/** Names this tab among those of its connection; nobody has to be unable to guess it. */
function tabName(random: () => number): string {
  return Array.from({ length: 12 }, () => Math.floor(random() * 36).toString(36)).join('');
}
