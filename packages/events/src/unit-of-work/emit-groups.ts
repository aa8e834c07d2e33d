import { sqlState } from '@skelly/db';
import type { PreparedEmit } from './prepare';

/** Group commit: calls that come while others are being written go together with the next. */
export interface EmitGroups {
  /** Resolves when all of the call's events are durable. @throws what writing them threw; then none of them is there, or it is not known. */
  write(emits: readonly PreparedEmit[]): Promise<void>;
}

interface Call {
  readonly emits: readonly PreparedEmit[];
  resolve(): void;
  reject(error: unknown): void;
}

/** Writes under way at once: while one commits, the next is being sent. */
const WRITES = 2;
/** Events of one group, unless a single call has more: a commit of more would keep all of them waiting. */
const MAX_EVENTS = 500;

/** States that say nothing about the events: the connection, the server or its resources failed, perhaps after the commit. */
const UNCERTAIN = /^(08|53|57|58|XX)/;

/**
 * A call that finds nothing under way is written at once and alone. When a group is refused each of its calls is written alone, so
 * that one does not fail for another; without an answer it is not known what became of it, and all of its calls learn that.
 *
 * @param write one transaction, all or nothing.
 */
export function createEmitGroups(write: (emits: readonly PreparedEmit[]) => Promise<void>): EmitGroups {
  const waiting: Call[] = [];
  let writes = 0;

  function takeGroup(): Call[] {
    const group: Call[] = [];
    for (let events = 0; waiting[0] && (events === 0 || events + waiting[0].emits.length <= MAX_EVENTS); ) {
      const call = waiting.shift() as Call;
      events += call.emits.length;
      group.push(call);
    }
    return group;
  }

  async function writeGroup(group: readonly Call[]): Promise<void> {
    try {
      await write(group.flatMap(({ emits }) => emits));
      for (const { resolve } of group) resolve();
    } catch (error) {
      const state = sqlState(error);
      const isRefused = group.length > 1 && state !== undefined && !UNCERTAIN.test(state);
      for (const call of group) {
        if (isRefused) await write(call.emits).then(call.resolve, call.reject);
        else call.reject(error);
      }
    }
  }

  function proceed(): void {
    while (writes < WRITES && waiting.length > 0) {
      writes += 1;
      void writeGroup(takeGroup()).then(() => {
        writes -= 1;
        proceed();
      });
    }
  }

  return {
    write: (emits) =>
      new Promise((resolve, reject) => {
        waiting.push({ emits, resolve, reject });
        proceed();
      }),
  };
}
