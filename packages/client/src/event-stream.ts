import type { EventContract } from '@skelly/types/event';
import {
  LOG_CHANNEL,
  type PublicationFrame,
  type ServerFrame,
  type StreamPosition,
  userChannel,
} from '@skelly/types/live';
import { createChannelTable, type RefetchNotice } from './channels';
import { createConnection } from './connection';
import { createEmitter, type EmitOptions } from './emitter';
import { pageSignals, reportGlobally, socketUrl, systemTimers } from './environment';
import { createHandlerTable, type LiveHandler } from './handlers';
import { type Fetch, type OutgoingEvent, postEvents } from './post-events';
import { createPresenceTable } from './presence';
import { createShownTable } from './shown';
import type { SocketConstructor } from './socket';
import { withFallback } from './sse/fallback';
import { createStateCell } from './state';
import type { EventStream, EventStreamOptions, SubscribeOptions } from './stream-api';
import { type TokenDependencies, withToken } from './token-socket';

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
