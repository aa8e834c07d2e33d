import { describeError } from '@skelly/types/errors';
import { NonRetriable } from '../../errors';
import type { UnitWrites } from '../../unit-of-work/buffer';
import { textOf } from '../../worker/record/failures';
import type { Delivery } from '../../worker/run/delivery';
import type { CandidateState } from '../candidates';
import type { GroupResult } from './group';
import { addCounts, isBackboneTable, type RowChanges, type RowCounts } from './row-counts';

/** What a handler would fail of, as `dlq list` would put it together. */
export interface RehearsedFailure {
  /** The cause's name, the same that its dead letters would have. */
  readonly fingerprint: string;
  readonly handler: string;
  readonly reason: string;
  /** Of the first. */
  readonly error: string;
  readonly count: number;
  readonly firstEventId: string;
}

/** What a replay would do. Nothing of it has happened. */
export interface Rehearsal {
  /** Deliveries that were tried, and of these: would finish, would fail, could not be tried as others held what they need. */
  readonly tried: number;
  readonly worked: number;
  readonly failed: number;
  readonly locked: number;
  /** Those that a replay would pass by, by why. */
  readonly passedBy: Readonly<Record<string, number>>;
  /** Rows that would be written in the product's tables; a row that is changed twice counts twice. */
  readonly rows: readonly ({ readonly table: string } & RowChanges)[];
  /** Likewise in the backbone's own: keys of emissions, timers that are moved or cancelled. */
  readonly backboneRows: readonly ({ readonly table: string } & RowChanges)[];
  readonly events: readonly { readonly type: string; readonly count: number }[];
  /** Events that would come later. */
  readonly timers: readonly { readonly type: string; readonly count: number }[];
  /** By kind of channel: user, role, room, all, system. */
  readonly pushes: readonly { readonly channels: string; readonly count: number }[];
  /** Effects that would be called. */
  readonly effects: readonly { readonly handler: string; readonly count: number }[];
  readonly failures: readonly RehearsedFailure[];
  /** Failures of causes beyond the first hundred. */
  readonly otherFailures: number;
  /** Why it ended before everything was tried. `overruns`: handlers overran their timeouts again and again. */
  readonly stopped: 'limit' | 'aborted' | 'overruns' | null;
}

/** Causes that are told apart. */
const MOST_CAUSES = 100;

type Failure = Omit<RehearsedFailure, 'fingerprint'>;

/** Adds up what groups of deliveries would do. */
export interface Tally {
  readonly tried: number;
  readonly overruns: number;
  add(group: GroupResult): void;
  effect(handler: string): void;
  passBy(why: CandidateState | 'unknown'): void;
  /** An event that does not satisfy its contract. */
  invalid(delivery: Delivery, error: string): void;
  /** All of it, but for the failures' fingerprints. */
  result(): Omit<Rehearsal, 'failures' | 'stopped'> & { readonly failures: readonly Failure[] };
}

export function createTally(): Tally {
  let rows: RowCounts = new Map();
  const sums = { worked: 0, failed: 0, locked: 0, overruns: 0, otherFailures: 0, effects: 0 };
  const [passedBy, events, timers, pushes, effects] = Array.from({ length: 5 }, () => new Map<string, number>()) as [
    Counter,
    Counter,
    Counter,
    Counter,
    Counter,
  ];
  const failures = new Map<string, { -readonly [Key in keyof Failure]: Failure[Key] }>();

  function fail({ event, handler }: Delivery, reason: string, error: string): void {
    sums.failed += 1;
    const key = JSON.stringify([handler.id, reason, withoutNumbers(error)]);
    const known = failures.get(key);
    if (known) known.count += 1;
    else if (failures.size >= MOST_CAUSES) sums.otherFailures += 1;
    else failures.set(key, { handler: handler.id, reason, error, count: 1, firstEventId: event.eventId });
  }

  function write(writes: UnitWrites): void {
    for (const { type } of writes.events) add(events, type);
    for (const { envelope } of writes.timers) add(timers, (JSON.parse(envelope) as { type: string }).type);
    for (const { channel } of writes.pushes) add(pushes, channel.split(':')[0] as string);
  }

  return {
    get tried() {
      return sums.worked + sums.failed + sums.locked + sums.effects;
    },
    get overruns() {
      return sums.overruns;
    },
    add(group) {
      sums.worked += group.worked.length;
      sums.locked += group.locked.length;
      for (const { delivery, error, overran } of group.failures) {
        sums.overruns += Number(overran);
        fail(delivery, error instanceof NonRetriable ? 'non_retriable' : 'attempts_exhausted', textOf(error).message);
      }
      for (const writes of group.writes) write(writes);
      rows = addCounts(rows, group.rows);
    },
    effect(handler) {
      sums.effects += 1;
      add(effects, handler);
    },
    passBy: (why) => add(passedBy, why),
    invalid: (delivery, error) => fail(delivery, 'data_invalid', describeError(error).message),
    result() {
      const changes = [...rows].map(([table, change]) => ({ table, ...change })).sort(by(({ table }) => table));
      return {
        tried: sums.worked + sums.failed + sums.locked + sums.effects,
        worked: sums.worked,
        failed: sums.failed,
        locked: sums.locked,
        passedBy: Object.fromEntries(passedBy),
        rows: changes.filter(({ table }) => !isBackboneTable(table)),
        backboneRows: changes.filter(({ table }) => isBackboneTable(table)),
        events: listOf(events, 'type'),
        timers: listOf(timers, 'type'),
        pushes: listOf(pushes, 'channels'),
        effects: listOf(effects, 'handler'),
        failures: [...failures.values()].sort((one, other) => other.count - one.count),
        otherFailures: sums.otherFailures,
      };
    },
  };
}

type Counter = Map<string, number>;

function add(counter: Counter, name: string): void {
  counter.set(name, (counter.get(name) ?? 0) + 1);
}

function listOf<Name extends string>(counter: Counter, name: Name) {
  return [...counter]
    .sort(by(([key]) => key))
    .map(([key, count]) => ({ [name]: key, count }) as { readonly [Key in Name]: string } & { readonly count: number });
}

function by<T>(read: (value: T) => string) {
  return (one: T, other: T) => (read(one) < read(other) ? -1 : 1);
}

const UUID = /[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}/g;

/** As the fingerprint of dead letters reads an error: without what differs from case to case. */
function withoutNumbers(error: string): string {
  return error.replaceAll(UUID, '#').replaceAll(/[0-9]+/g, '#');
}
