import type { BufferedEvent, BufferedPush, PreparedEmit } from './prepare';

/** What a unit of work writes when it ends. */
export interface UnitWrites {
  readonly events: readonly BufferedEvent[];
  readonly pushes: readonly BufferedPush[];
}

/** Events and pushes of one unit of work, validated when they come and written when it ends. */
export interface UnitBuffer extends UnitWrites {
  add(prepared: Partial<PreparedEmit>): void;
}

export function createUnitBuffer(): UnitBuffer {
  const events: BufferedEvent[] = [];
  const pushes: BufferedPush[] = [];
  return {
    events,
    pushes,
    add(prepared) {
      if (prepared.event) events.push(prepared.event);
      if (prepared.pushes) pushes.push(...prepared.pushes);
    },
  };
}
