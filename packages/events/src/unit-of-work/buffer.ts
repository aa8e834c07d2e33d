import type { Due } from '../schedule/due';
import type { BufferedTimer } from '../schedule/timer';
import type { WritePart } from './parts';
import type { BufferedEvent, BufferedPush, PreparedEmit } from './prepare';

/** What a unit of work writes when it ends. */
export interface UnitWrites {
  readonly events: readonly BufferedEvent[];
  readonly pushes: readonly BufferedPush[];
  readonly timers: readonly BufferedTimer[];
  /** Writes of the callback's own, one statement each, which go first; the last goes with all else. */
  readonly writes: readonly (readonly WritePart[])[];
  /** Milliseconds until the nearest of the timers that were given another time, if there are any. */
  readonly movedDueInMs?: number | undefined;
}

/** Events, pushes and timers of one unit of work, validated when they come and written when it ends. */
export interface UnitBuffer extends UnitWrites {
  add(prepared: Pick<PreparedEmit, 'event' | 'pushes' | 'timer'>): void;
  /** Keeps writes for the end. */
  write(parts: readonly WritePart[]): void;
  /** Remembers that a timer in the database was given another time. */
  noteMoved(dueInMs: number): void;
  /** Takes a timer out again. @returns whether it was there. */
  cancelTimer(scheduleKey: string): boolean;
  /** Gives a timer another time. @returns whether it was there. */
  moveTimer(scheduleKey: string, due: Due): boolean;
}

export function createUnitBuffer(): UnitBuffer {
  const events: BufferedEvent[] = [];
  const pushes: BufferedPush[] = [];
  const timers: BufferedTimer[] = [];
  const writes: (readonly WritePart[])[] = [];
  let movedDueInMs: number | undefined;
  const find = (scheduleKey: string) => timers.findIndex((timer) => timer.scheduleKey === scheduleKey);
  return {
    events,
    pushes,
    timers,
    writes,
    write(parts) {
      if (parts.length > 0) writes.push(parts);
    },
    get movedDueInMs() {
      return movedDueInMs;
    },
    noteMoved(dueInMs) {
      movedDueInMs = Math.min(movedDueInMs ?? dueInMs, dueInMs);
    },
    add({ event, pushes: pushed, timer }) {
      if (event) events.push(event);
      if (pushed) pushes.push(...pushed);
      if (timer) timers.push(timer);
    },
    cancelTimer(scheduleKey) {
      const index = find(scheduleKey);
      if (index >= 0) timers.splice(index, 1);
      return index >= 0;
    },
    moveTimer(scheduleKey, due) {
      const timer = timers[find(scheduleKey)];
      if (timer) timers[find(scheduleKey)] = { ...timer, due };
      return timer !== undefined;
    },
  };
}
