import {
  CLOSE,
  type ClientFrame,
  type PublicationFrame,
  type RequestId,
  type ServerFrame,
  type StreamPosition,
  type SubscribedFrame,
  type SubscribeFrame,
  type WelcomeFrame,
} from '@skelly/types/live';
import type { Timers } from '../environment';
import type { SocketLike } from '../socket';
import { createEventReader, type ServerEvent } from './events';

/** Times of the stream, in milliseconds. */
const TIMES = {
  /** What is asked for within this of the last opening goes into one request. */
  GATHER: 100,
  /** A stream that spoke so recently is alive; another is opened anew to find out. */
  FRESH: 5_000,
  /** A stream that ends and wants its reader back within this is opened again without a word. */
  SEAMLESS: 1_000,
} as const;

/** Channels that a gateway gives one stream. */
const CHANNELS_AT_MOST = 32;

const ABNORMAL = 1006;

/** What a refusal by HTTP would have been on a socket. */
const CLOSE_OF_STATUS: Readonly<Record<number, number>> = {
  400: CLOSE.BAD_FRAME,
  401: CLOSE.UNAUTHENTICATED,
  403: CLOSE.FORBIDDEN,
  429: CLOSE.LIMITS,
  503: CLOSE.UNAVAILABLE,
};

export interface StreamSocketDependencies {
  readonly fetch: typeof fetch;
  readonly timers: Timers;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

interface Followed {
  readonly id: RequestId;
  position: StreamPosition | undefined;
  /** Whether the client waits for `subscribed`. */
  isAsked: boolean;
}

/**
 * A socket that speaks the live protocol over server-sent events. A stream cannot be told anything, so when other channels are
 * wanted another one is opened, from where each channel stands.
 */
export function openStreamSocket(url: string, deps: StreamSocketDependencies): SocketLike {
  const { timers, now } = deps;
  const followed = new Map<string, Followed>();
  let running = new AbortController();
  let openedAt = 0;
  let heardAt = 0;
  let opening: unknown;
  let welcomed: WelcomeFrame['user'] | undefined;
  let owesPong = false;

  const socket = {
    readyState: 0,
    onopen: null as SocketLike['onopen'],
    onmessage: null as SocketLike['onmessage'],
    onclose: null as SocketLike['onclose'],
    onerror: null as SocketLike['onerror'],
    send: (text: string) => take(JSON.parse(text) as ClientFrame),
    close: end,
  };

  const say = (data: string) => void socket.onmessage?.({ data } as never);
  const sayFrame = (frame: ServerFrame) => say(JSON.stringify(frame));

  function end(): void {
    socket.readyState = 3;
    timers.clearTimeout(opening);
    running.abort();
  }

  function closed(code: number, reason: string): void {
    if (socket.readyState === 3) return;
    end();
    socket.onclose?.({ code, reason } as never);
  }

  function openIn(ms: number): void {
    timers.clearTimeout(opening);
    opening = timers.setTimeout(() => void read(), ms);
  }

  const openSoon = () => openIn(Math.max(0, openedAt + TIMES.GATHER - now()));

  /** Presence is passed over: it is asked for again by the next WebSocket. */
  function take(frame: ClientFrame): void {
    if (frame.t === 'subscribe') subscribe(frame);
    else if (frame.t === 'unsubscribe') {
      if (followed.delete(frame.channel)) openSoon();
      sayFrame({ t: 'unsubscribed', id: frame.id, channel: frame.channel });
    } else if (frame.t === 'ping') {
      owesPong = now() - heardAt >= TIMES.FRESH;
      if (owesPong) openSoon();
      else sayFrame({ t: 'pong' });
    } else if ('id' in frame && frame.t !== 'presence')
      refuse(frame.id, 'unavailable', 'A stream of events takes no frames.');
  }

  function subscribe({ id, channel, since }: SubscribeFrame): void {
    if (followed.size >= CHANNELS_AT_MOST) {
      refuse(id, 'too_many_subscriptions', `A connection follows ${CHANNELS_AT_MOST} channels at most.`);
      return;
    }
    followed.set(channel, { id, position: since, isAsked: true });
    openSoon();
  }

  function refuse(id: RequestId, code: 'too_many_subscriptions' | 'unavailable' | 'forbidden', message: string): void {
    sayFrame({ t: 'error', id, code, message, temporary: code === 'unavailable' });
  }

  /** The positions as the gateway's own event ids say them. */
  function lastEventId(): string | undefined {
    const places = [...followed.values()].map(({ position }) => position);
    const epoch = places.find((place) => place)?.epoch;
    if (epoch === undefined) return undefined;
    const texts = places.map((place) => (!place ? '-' : place.epoch === epoch ? place.offset : '!'));
    return `${encodeURIComponent(epoch)}:${texts.join(',')}`;
  }

  async function read(): Promise<void> {
    running.abort();
    running = new AbortController();
    const { signal } = running;
    openedAt = now();
    const query = [...followed.keys()].map((channel) => `channel=${encodeURIComponent(channel)}`).join('&');
    const known = lastEventId();
    const asked = new Map(followed);
    try {
      const response = await deps.fetch(`${url}?${query}`, {
        signal,
        headers: known === undefined ? {} : { 'last-event-id': known },
      });
      if (!response.ok || !response.body) return await refused(response, signal);
      const events = createEventReader();
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      for (let part = await reader.read(); !part.done && !signal.aborted; part = await reader.read()) {
        heardAt = now();
        if (owesPong) sayFrame({ t: 'pong' });
        owesPong = false;
        for (const event of events(part.value)) if (!signal.aborted) receive(event, asked);
      }
    } catch {
      // Cut, or never there: the same as a socket that was.
    }
    if (!signal.aborted) closed(ABNORMAL, '');
  }

  async function refused(response: Response, signal: AbortSignal): Promise<void> {
    const problem = (await response.json().catch(() => ({}))) as { channel?: string; detail?: string };
    if (signal.aborted) return;
    const { channel } = problem;
    const request = channel === undefined ? undefined : followed.get(channel);
    if (request) refuse(request.id, 'forbidden', problem.detail ?? '');
    if (request && channel?.startsWith('room:')) {
      // Whoever has left a room goes on without it, as on a socket.
      followed.delete(channel);
      openSoon();
      return;
    }
    closed(CLOSE_OF_STATUS[response.status] ?? ABNORMAL, problem.detail ?? '');
  }

  function receive({ event, data, retry }: ServerEvent, asked: ReadonlyMap<string, Followed>): void {
    const frame = JSON.parse(data);
    if (event === 'welcome') welcome(frame, data);
    else if (event === 'subscribed') subscribed(frame, asked);
    else if (event === 'pub') published(frame, data);
    else if (event === 'close' && retry !== undefined && retry <= TIMES.SEAMLESS) {
      running.abort();
      openIn(retry);
    } else if (event === 'close') closed(frame.code, frame.reason);
  }

  function welcome({ user }: WelcomeFrame, data: string): void {
    if (welcomed) {
      if (welcomed.id !== user.id || welcomed.role !== user.role) closed(CLOSE.SESSION_CHANGED, '');
      return;
    }
    welcomed = user;
    socket.readyState = 1;
    socket.onopen?.({} as never);
    say(data);
  }

  /** What was asked for since the stream was opened is answered by the next one. */
  function subscribed(frame: SubscribedFrame, asked: ReadonlyMap<string, Followed>): void {
    const request = followed.get(frame.channel);
    if (!request || asked.get(frame.channel) !== request) return;
    request.position = { offset: frame.offset, epoch: frame.epoch };
    // That a channel goes on where it was is no news.
    if (request.isAsked || !frame.recovered) sayFrame({ ...frame, id: request.id });
    request.isAsked = false;
  }

  function published({ channel, offset, epoch }: PublicationFrame, data: string): void {
    const request = followed.get(channel);
    if (!request || request.isAsked) return;
    request.position = { offset, epoch };
    say(data);
  }

  openIn(0);
  return socket;
}
