import type { HandlerStatus, OpsEventPush, OpsEventWay } from '@skelly/types/ops';
import { duration, shortId } from './format';

/** One line of an event's way. */
export interface Stage {
  readonly id: string;
  readonly name: string;
  /** Milliseconds since the way's beginning; null while it has not begun. */
  readonly from: number | null;
  /** null while it goes on. */
  readonly to: number | null;
  readonly word: string;
  readonly tone: 'waiting' | 'passing' | 'done' | 'failed';
  /** A line below: what went wrong, or where to. */
  readonly note?: string;
}

const tones: Record<HandlerStatus, Stage['tone']> = {
  waiting: 'waiting',
  running: 'passing',
  finished: 'done',
  retrying: 'failed',
  dead: 'failed',
  discarded: 'waiting',
};

/** What caused an event longer ago than this is not drawn with it, as of a timer: hours would leave no room for its way. Milliseconds. */
const ORIGIN_MS = 60_000;

/**
 * The way of an event in its order, from what caused it to the screens that show it. Each process times by its own clock: a
 * stage that seems to begin before the one that it follows begins with it.
 */
export function stagesOf(way: OpsEventWay): readonly Stage[] {
  const emittedAt = Date.parse(way.occurredAt);
  const originAt = Date.parse(way.origin.occurredAt);
  const zero = emittedAt - originAt <= ORIGIN_MS ? Math.min(originAt, emittedAt) : emittedAt;
  const since = (at: string | null) => (at === null ? null : Math.max(0, Date.parse(at) - zero));
  const emitted = emittedAt - zero;
  const relayed = earliest(way.handlers.map(({ relayedAt }) => since(relayedAt)));
  const received = earliest(way.handlers.map(({ receivedAt }) => since(receivedAt)));
  return [
    step('emitted', 'Emitted', 0, emitted),
    ...(way.handlers.length > 0
      ? [step('relayed', 'Relayed', emitted, relayed), step('received', 'Received', relayed, received)]
      : []),
    ...way.handlers.flatMap((handler) => handlerStages(handler, since)),
    ...way.pushes.flatMap((push) => pushStages(push, emitted, since)),
  ];
}

type Since = (at: string | null) => number | null;

function handlerStages(handler: OpsEventWay['handlers'][number], since: Since): Stage[] {
  const { handler: name, status } = handler;
  const from = since(handler.startedAt);
  const to = since(handler.finishedAt);
  const tries = handler.failedTries.map(
    ({ attempt, startedAt, failedAt, error }): Stage => ({
      id: `${name} ${attempt}`,
      name,
      from: since(startedAt),
      to: since(failedAt),
      word: `try ${attempt}`,
      tone: 'failed',
      note: error,
    }),
  );
  const word = status === 'finished' && from !== null && to !== null ? duration(to - from) : status;
  return [...tries, { id: name, name, from, to, word, tone: tones[status] }];
}

function pushStages({ channel, offset, pushedAt, shown }: OpsEventPush, emitted: number, since: Since): Stage[] {
  const pushed = Math.max(emitted, since(pushedAt) ?? 0);
  return [
    { ...step(`pushed ${channel}`, 'Pushed', emitted, pushed), note: `${shortId(channel)} at offset ${offset}` },
    shown
      ? { ...step(`shown ${channel}`, `Shown · ${tabs(shown.tabs)}`, pushed, since(shown.firstAt)), tone: 'done' }
      : { id: `shown ${channel}`, name: 'Shown', from: null, to: null, word: 'not yet', tone: 'waiting' },
  ];
}

/**
 * How far the event has come to people, in a sentence: `Shown in 2 tabs, 14 ms after the click.` Undefined while no tab has
 * reported it.
 */
export function shownWords(way: OpsEventWay): string | undefined {
  const shown = way.pushes.flatMap((push) => push.shown ?? []);
  const [first] = shown.map(({ firstAt }) => Date.parse(firstAt)).sort((left, right) => left - right);
  if (first === undefined) return undefined;
  const count = shown.reduce((sum, push) => sum + push.tabs, 0);
  const members = Math.max(...shown.map((push) => push.members));
  const whose = members > 1 ? ` of ${members} members` : '';
  const took = duration(first - Date.parse(way.origin.occurredAt));
  const isClick = way.origin.actor.startsWith('user:') || way.origin.actor === 'anonymous';
  return `Shown in ${tabs(count)}${whose}, ${took} after ${isClick ? 'the click' : 'its origin'}.`;
}

function tabs(count: number): string {
  return count === 1 ? '1 tab' : `${count} tabs`;
}

function earliest(times: readonly (number | null)[]): number | null {
  return times.reduce((least, time) => (time !== null && (least === null || time < least) ? time : least), null);
}

function step(id: string, name: string, begun: number | null, to: number | null): Stage {
  if (to === null) return { id, name, from: null, to, word: 'waiting', tone: 'passing' };
  const from = Math.min(begun ?? 0, to);
  return { id, name, from, to, word: duration(to - from), tone: 'passing' };
}
