import type { StoredEvent } from '../message/message';
import type { Protocol } from './protocol';

/** A handler of the model. */
export interface ModelHandler {
  readonly id: string;
  readonly kind: 'handle' | 'effect';
  readonly queue: string;
  readonly ordered: boolean;
}

export const HANDLERS: readonly ModelHandler[] = [
  { id: 'count', kind: 'handle', queue: 'main', ordered: false },
  { id: 'mail', kind: 'effect', queue: 'main', ordered: false },
  { id: 'follow', kind: 'handle', queue: 'ledger', ordered: true },
];

export interface PointerRow {
  readonly id: number;
  readonly eventId: string;
  readonly handler: string | null;
  readonly queue: string | null;
  /** The transaction that has deleted it and not ended. */
  claimedBy: string | null;
}

export interface ScheduleRow {
  readonly eventId: string;
  readonly handler: string | null;
  readonly queue: string | null;
  readonly dueAt: number;
}

export interface QueuedMessage {
  readonly body: string;
  visibleAt: number;
  receives: number;
  /** Names the last delivery. */
  receipt: number;
}

export interface InboxRow {
  readonly lease: { readonly holder: string; readonly until: number } | null;
}

/** What happened outside, or as state: what the promises are about. */
export interface Done {
  /** Times that the effect has committed, or has been carried out outside. */
  times: number;
  /** Effects that run now, by the process that carries them out, with the time at which they end by themselves. */
  readonly running: Map<string, number>;
}

/** Postgres, the queues, the outside and the clock. Every method is one atomic step. */
export interface World {
  readonly protocol: Protocol;
  /** Seconds. */
  now: number;
  nextId: number;
  readonly history: Map<string, StoredEvent>;
  readonly outbox: Map<number, PointerRow>;
  readonly schedule: Map<string, ScheduleRow>;
  /** By {@link keyOf}; finished where there is no lease. */
  readonly inbox: Map<string, InboxRow>;
  readonly attempts: Map<string, number>;
  readonly dead: Map<string, string>;
  readonly queues: ReadonlyMap<string, Set<QueuedMessage>>;
  readonly done: Map<string, Done>;
  /** Positions in the order in which an ordered handler has finished them. */
  readonly followed: number[];
  /** Broken promises. */
  readonly problems: string[];
  /** Draws from 0 to below `options`; 0 is always the harmless one. */
  readonly choose: (options: number) => number;
}

export function createWorld(protocol: Protocol, choose: (options: number) => number): World {
  return {
    protocol,
    choose,
    now: 0,
    nextId: 1,
    history: new Map(),
    outbox: new Map(),
    schedule: new Map(),
    inbox: new Map(),
    attempts: new Map(),
    dead: new Map(),
    queues: new Map([...new Set(HANDLERS.map(({ queue }) => queue))].map((queue) => [queue, new Set()])),
    done: new Map(),
    followed: [],
    problems: [],
  };
}

export const keyOf = (eventId: string, handler: string): string => `${eventId} ${handler}`;

export function pointTo(
  world: World,
  pointer: { eventId: string; handler: string | null; queue: string | null },
): void {
  const id = world.nextId;
  world.nextId += 1;
  world.outbox.set(id, { ...pointer, id, claimedBy: null });
}

export function doneOf(world: World, key: string): Done {
  const done = world.done.get(key) ?? { times: 0, running: new Map() };
  world.done.set(key, done);
  return done;
}

/** Whether a delivery has finished. */
export function hasFinished(world: World, key: string): boolean {
  return world.inbox.get(key)?.lease === null;
}
