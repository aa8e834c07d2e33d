import {
  CLOSE,
  type ErrorFrame,
  type PresenceFrame,
  type RequestId,
  type ServerFrame,
  type SubscribedFrame,
  type UnsubscribedFrame,
} from '@skelly/types/live';
import type { Timers } from '../environment';
import type { OpenSocket, SocketHandlers } from '../socket';
import { type Attendance, createAttendance } from './attendance';
import { createFeed, type Feed } from './feed';
import { HANDOVER } from './letters';
import { createRequests } from './requests';

/** Tabs on one socket at most. */
const MOST_TABS = 64;

/** Milliseconds. */
const TIMES = {
  /** After this long without a sign a tab is gone; in the background it pings once a minute. */
  TAB_SILENCE: 150_000,
  /** A ping that has waited this long for any frame, when a tab attaches anew: the socket is dead. */
  ANSWER: 2_500,
  /** A connection that has come to no welcome in this time, when a tab attaches anew. */
  CONNECT: 9_000,
  /** The answer to a ping where a dead socket is likely. */
  PROBE: 3_000,
} as const;

export interface MultiplexerDependencies {
  /** Whom the tabs are of: the server must take the connection for the same. */
  readonly userId: string;
  readonly open: (handlers: SocketHandlers) => OpenSocket;
  readonly now: () => number;
  readonly timers: Timers;
  readonly deliver: (tabs: readonly string[], text: string) => void;
  readonly close: (tabs: readonly string[], code: number, reason: string) => void;
}

/** The leader's work: one real socket, open for as long as a tab is attached, that looks to each tab as if it were its own. */
export interface Multiplexer {
  attach(tab: string): void;
  detach(tab: string): void;
  receive(tab: string, text: string): void;
  /** Asks the server for a sign of life; without one in three seconds every tab connects anew. */
  probe(): void;
  /** Leads no more. Tabs are not told: they learn it from the next leader. */
  end(): void;
}

type Frame = Readonly<Record<string, unknown>> & { readonly t?: unknown; readonly id?: RequestId };

export function createMultiplexer(deps: MultiplexerDependencies): Multiplexer {
  const { now, deliver } = deps;
  /** When each tab was last heard of. */
  const tabs = new Map<string, number>();
  const feeds = new Map<string, { readonly feed: Feed; request: RequestId | undefined }>();
  const requests = createRequests();
  let attendance: Attendance = newAttendance();
  let real: OpenSocket | undefined;
  let welcome: string | undefined;
  let openedAt = 0;
  let probing: unknown;
  /** Since when a ping has no answer. */
  let pingedAt: number | undefined;
  /** Tabs that asked for a channel that is not theirs to see, which ends the connection. */
  let blamed: readonly string[] = [];

  const send = (frame: object) => real?.send(JSON.stringify(frame));

  function forgetConnection(): void {
    deps.timers.clearTimeout(probing);
    real = undefined;
    welcome = undefined;
    pingedAt = undefined;
    blamed = [];
    feeds.clear();
    requests.forget();
    attendance = newAttendance();
  }

  function newAttendance(): Attendance {
    return createAttendance({ deliver, send: (tab, frame) => request(tab, frame.id, frame) });
  }

  function drop(): void {
    real?.drop();
    forgetConnection();
  }

  function closeAll(code: number, reason: string): void {
    const all = [...tabs.keys()];
    tabs.clear();
    deps.close(all, code, reason);
  }

  /** A tab that comes back because it heard nothing would otherwise be given the same dead socket for ever. */
  function isDead(): boolean {
    if (!real) return false;
    if (!welcome) return now() - openedAt >= TIMES.CONNECT;
    return pingedAt !== undefined && now() - pingedAt >= TIMES.ANSWER;
  }

  function startAnew(): void {
    drop();
    closeAll(HANDOVER.code, HANDOVER.reason);
  }

  function openReal(): void {
    openedAt = now();
    try {
      real = deps.open({ onMessage: heard, onClose: ended });
    } catch {
      ended(1006, '');
    }
  }

  function ended(code: number, reason: string): void {
    const guilty = code === CLOSE.FORBIDDEN ? blamed.filter((tab) => tabs.has(tab)) : [];
    forgetConnection();
    if (guilty.length === 0) {
      closeAll(code, reason);
      return;
    }
    for (const tab of guilty) tabs.delete(tab);
    deps.close(guilty, code, reason);
    closeAll(HANDOVER.code, HANDOVER.reason);
  }

  function heard(text: string): void {
    pingedAt = undefined;
    const frame = parse(text);
    if (!frame) return;
    const known = frame.id === undefined ? undefined : requests.of(frame.id);
    const feed = feedOf(frame);
    if (frame.t === 'welcome') welcomed(frame, text);
    else if (frame.t === 'error' && attendance.refused(frame as unknown as ErrorFrame)) return;
    else if (frame.t === 'pub') feeds.get(String(frame['channel']))?.feed.published(frame as never, text);
    else if (frame.t === 'roster') listed(frame);
    else if (known) deliver([known.tab], JSON.stringify({ ...frame, id: known.id }));
    else if (frame.t === 'subscribed') feed?.subscribed(frame as unknown as SubscribedFrame);
    else if ((frame.t === 'error' || frame.t === 'unsubscribed') && feed) {
      endFeed(feed, frame as unknown as ErrorFrame | UnsubscribedFrame);
    }
    // An answer to a request of ours that nobody waits for any more; and what is said to all.
    else if (frame.id === undefined) deliver([...tabs.keys()], text);
  }

  /** Of several tabs that ask at once the gateway answers the last: a whole list is for all of them. */
  function listed(frame: Frame): void {
    if (frame['whole'] === true) attendance.answered(String(frame['channel']));
    deliver([...tabs.keys()], JSON.stringify({ ...frame, id: undefined }));
  }

  function welcomed(frame: Frame, text: string): void {
    const { user } = frame as unknown as Extract<ServerFrame, { t: 'welcome' }>;
    if (user.id !== deps.userId) {
      drop();
      closeAll(CLOSE.UNAUTHENTICATED, 'another member is signed in');
      return;
    }
    welcome = text;
    deliver([...tabs.keys()], text);
  }

  function feedOf({ id }: Frame): Feed | undefined {
    if (id === undefined) return undefined;
    for (const entry of feeds.values()) {
      if (entry.request === id) return entry.feed;
    }
    return undefined;
  }

  function endFeed(feed: Feed, frame: ErrorFrame | UnsubscribedFrame): void {
    for (const [channel, entry] of feeds) {
      if (entry.feed === feed) feeds.delete(channel);
    }
    const told = feed.ended(frame);
    if (frame.t === 'error' && frame.code === 'forbidden') blamed = told;
  }

  function openFeed(channel: string): Feed {
    const known = feeds.get(channel);
    if (known) return known.feed;
    const entry: { readonly feed: Feed; request: RequestId | undefined } = {
      request: undefined,
      feed: createFeed({
        channel,
        deliver,
        ask(since) {
          if (entry.request !== undefined) send({ t: 'unsubscribe', id: requests.nextNumber(), channel });
          entry.request = requests.nextNumber();
          send({ t: 'subscribe', id: entry.request, channel, ...(since ? { since } : {}) });
        },
      }),
    };
    feeds.set(channel, entry);
    return entry.feed;
  }

  function leave(tab: string, channel: string): void {
    const entry = feeds.get(channel);
    entry?.feed.remove(tab);
    if (!entry?.feed.isEmpty) return;
    feeds.delete(channel);
    send({ t: 'unsubscribe', id: requests.nextNumber(), channel });
  }

  /** Sends a tab's request under a number of our own, which it returns. */
  function request(tab: string, tabId: RequestId, frame: object): RequestId {
    const id = requests.add({ tab, id: tabId });
    send({ ...frame, id });
    return id;
  }

  function detach(tab: string): void {
    if (!tabs.delete(tab)) return;
    for (const channel of [...feeds.keys()]) leave(tab, channel);
    attendance.remove(tab);
    if (tabs.size === 0) drop();
  }

  /** Tabs that ended without a word. One that was only put away is told, and attaches again. */
  function sweep(): void {
    for (const [tab, heardAt] of [...tabs]) {
      if (now() - heardAt < TIMES.TAB_SILENCE) continue;
      deps.close([tab], HANDOVER.code, HANDOVER.reason);
      detach(tab);
    }
  }

  return {
    attach(tab) {
      if (tabs.has(tab)) return;
      sweep();
      if (tabs.size >= MOST_TABS) {
        deps.close([tab], CLOSE.LIMITS, 'too many tabs');
        return;
      }
      if (isDead()) startAnew();
      tabs.set(tab, now());
      if (!real) openReal();
      else if (welcome) deliver([tab], welcome);
    },
    detach,
    receive(tab, text) {
      if (!tabs.has(tab)) return;
      tabs.set(tab, now());
      const frame = parse(text);
      if (!frame || !welcome) return;
      const channel = String(frame['channel']);
      const id = frame.id ?? '';
      if (frame.t === 'subscribe') {
        openFeed(channel).subscribe({ tab, request: id, since: (frame['since'] as never) ?? undefined });
      } else if (frame.t === 'unsubscribe') {
        leave(tab, channel);
        deliver([tab], JSON.stringify({ t: 'unsubscribed', id, channel }));
      } else if (frame.t === 'presence') attendance.said(tab, frame as unknown as PresenceFrame);
      else if (frame.id !== undefined) request(tab, frame.id, frame);
      else {
        if (frame.t === 'ping') {
          sweep();
          pingedAt ??= now();
        }
        real?.send(text);
      }
    },
    probe() {
      if (!welcome) return;
      pingedAt ??= now();
      send({ t: 'ping' });
      deps.timers.clearTimeout(probing);
      probing = deps.timers.setTimeout(() => {
        if (pingedAt !== undefined) startAnew();
      }, TIMES.PROBE);
    },
    end() {
      tabs.clear();
      drop();
    },
  };
}

function parse(text: string): Frame | undefined {
  try {
    return JSON.parse(text) as Frame;
  } catch {
    return undefined;
  }
}
