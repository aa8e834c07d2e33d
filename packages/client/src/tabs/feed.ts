import {
  type ErrorFrame,
  LOG_CHANNEL,
  type PublicationFrame,
  type RequestId,
  type ServerFrame,
  type StreamPosition,
  type SubscribedFrame,
  type UnsubscribedFrame,
} from '@skelly/types/live';
import { createRecent } from './recent';

/** A tab that asks for the channel. */
interface Waiter {
  readonly tab: string;
  readonly request: RequestId;
  readonly since: StreamPosition | undefined;
}

/** A tab that follows it, and the last offset that it was given. */
interface Member {
  readonly request: RequestId;
  at: number;
}

/** Where the one subscription stands: everything between the floor of what is recent and `cursor` is in memory. */
interface Standing {
  readonly epoch: string;
  cursor: number;
  /** The newest offset that the channel is known to have; undefined while that is not known. */
  head: number | undefined;
}

/** One channel of the one connection, followed by any number of tabs from any positions. */
export interface Feed {
  readonly isEmpty: boolean;
  subscribe(waiter: Waiter): void;
  remove(tab: string): void;
  /** The server answered this feed's subscription. */
  subscribed(frame: SubscribedFrame): void;
  published(frame: PublicationFrame, text: string): void;
  /** The server refused it, or has ended it: every tab is told, and knows what to do. Returns the tabs. */
  ended(frame: ErrorFrame | UnsubscribedFrame): readonly string[];
}

export interface FeedDependencies {
  readonly channel: string;
  /** Ends the subscription that there is, and asks for one from a position, or from now on. */
  readonly ask: (since: StreamPosition | undefined) => void;
  readonly deliver: (tabs: readonly string[], text: string) => void;
}

/**
 * Merges what tabs want into one subscription. A tab whose position lies in recent memory is answered from there; for another the channel
 * is subscribed again from where that tab is, one tab at a time, and no tab is given what it had already.
 */
export function createFeed({ channel, ask, deliver }: FeedDependencies): Feed {
  const members = new Map<string, Member>();
  const recent = createRecent();
  let waiting: Waiter[] = [];
  let standing: Standing | undefined;
  /** The question that the server has not answered yet: for a tab, or (without one) to fill what members miss. */
  let asked: { readonly for: Waiter | undefined; readonly isHead: boolean } | undefined;

  const say = (tab: string, frame: ServerFrame) => deliver([tab], JSON.stringify(frame));
  const stand = (tab: string, request: RequestId, at: StreamPosition, recovered: boolean) => {
    say(tab, { t: 'subscribed', id: request, channel, offset: at.offset, epoch: at.epoch, recovered });
  };

  function begin(waiter: Waiter | undefined, since: StreamPosition | undefined): void {
    asked = { for: waiter, isHead: since === undefined };
    ask(since);
  }

  /** Where the tab would stand without asking the server; undefined when only the server knows. */
  function placeOf({ since }: Waiter): number | undefined {
    if (!standing) return undefined;
    if (!since) return standing.head;
    return since.epoch === standing.epoch && since.offset >= recent.floor ? since.offset : undefined;
  }

  function answer(waiter: Waiter, offset: number, { epoch, cursor }: Standing): void {
    members.set(waiter.tab, { request: waiter.request, at: Math.max(offset, cursor) });
    stand(waiter.tab, waiter.request, { offset, epoch }, true);
    for (const text of recent.after(offset)) deliver([waiter.tab], text);
  }

  function settle(): void {
    if (asked) return;
    for (const waiter of [...waiting]) {
      const place = placeOf(waiter);
      // What a tab is told may make it ask again before this goes on.
      if (!standing || place === undefined || asked || !waiting.includes(waiter)) continue;
      waiting = waiting.filter((other) => other !== waiter);
      answer(waiter, place, standing);
    }
    if (asked) return;
    // Who wants only what is new is asked for first: the head is then known, and others are brought up to it.
    const next = waiting.find(({ since }) => !since) ?? waiting[0];
    if (next) {
      begin(next, next.since);
      return;
    }
    const last = Math.min(...[...members.values()].map(({ at }) => at));
    if (standing && last < recent.floor) begin(undefined, { offset: last, epoch: standing.epoch });
  }

  /** Tells members that something is lost to them. */
  function restart(at: StreamPosition, isLost: (member: Member) => boolean): void {
    for (const [tab, member] of [...members]) {
      if (!isLost(member)) continue;
      member.at = at.offset;
      stand(tab, member.request, at, false);
    }
  }

  return {
    get isEmpty() {
      return members.size === 0 && waiting.length === 0;
    },
    subscribe(waiter) {
      waiting.push(waiter);
      settle();
    },
    remove(tab) {
      members.delete(tab);
      waiting = waiting.filter((waiter) => waiter.tab !== tab);
    },
    subscribed({ offset, epoch, recovered }) {
      const question = asked;
      const before = standing;
      asked = undefined;
      const known = before?.epoch === epoch ? before.head : undefined;
      const isHead = !recovered || question?.isHead;
      standing = { epoch, cursor: offset, head: isHead ? Math.max(offset, known ?? 0) : known };
      recent.startAt(offset);
      const isEpochNew = before !== undefined && before.epoch !== epoch;
      // Without a question the stream was broken off on the server's side; a question for the members was about what they miss.
      const isForMembers = question === undefined || question.for === undefined;
      if (isEpochNew || (!recovered && isForMembers)) {
        restart({ offset, epoch }, (member) => isEpochNew || !question || member.at < offset);
      }
      const waiter = question?.for;
      if (waiter && waiting.includes(waiter)) {
        waiting = waiting.filter((other) => other !== waiter);
        members.set(waiter.tab, { request: waiter.request, at: offset });
        stand(waiter.tab, waiter.request, { offset, epoch }, recovered);
      }
      settle();
    },
    published(frame, text) {
      const { offset, epoch } = frame;
      // While a question is open, what comes is of the subscription before, and will come again.
      if (asked || standing?.epoch !== epoch || offset <= standing.cursor) return;
      if (offset !== standing.cursor + 1 && channel !== LOG_CHANNEL) {
        begin(undefined, { offset: standing.cursor, epoch });
        return;
      }
      standing.cursor = offset;
      if (standing.head !== undefined) standing.head = Math.max(standing.head, offset);
      recent.add(offset, text);
      const behind = [...members].filter(([, { at }]) => at < offset);
      for (const [, member] of behind) member.at = offset;
      deliver(
        behind.map(([tab]) => tab),
        text,
      );
    },
    ended(frame) {
      const parties = [...members].map(([tab, { request }]) => ({ tab, request })).concat(waiting);
      for (const { tab, request } of parties) say(tab, { ...frame, id: request });
      return parties.map(({ tab }) => tab);
    },
  };
}
