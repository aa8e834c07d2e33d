import { setTimeout as delay } from 'node:timers/promises';
import type { Role } from '../bundle';
import { catchAtWork } from './at-work';
import type { Strike } from './strike';

/** From well below to well above the visibility timeout, and below an effect's lease, in milliseconds. */
const PAUSE_MS = { from: 300, to: 4_500 };

/** Kills a process with something unfinished in hand. */
export function killing(role: Role): Strike {
  return async (field) => {
    const { what } = await catchAtWork(field, role, (member) => member.kill());
    return { kind: `kill-${role}`, what };
  };
}

/** Freezes a process with something unfinished in hand, for longer than its messages are hidden or not; the run goes on meanwhile. */
export function pausing(role: Role): Strike {
  return async (field) => {
    const pauseMs = PAUSE_MS.from + field.random() * (PAUSE_MS.to - PAUSE_MS.from);
    const { what } = await catchAtWork(field, role, (member) => {
      field.defer(delay(pauseMs).then(() => member.thaw()));
    });
    return { kind: `pause-${role}`, what: `${what}, for ${(pauseMs / 1_000).toFixed(1)} s` };
  };
}
