import type { BusEvent } from './bus-event';
import { createMemory } from './memory';

/** An event that is in hand, or was handled. */
export interface Entry {
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
  /** The subscribers that have handled it, if not all have. */
  doneBy: ReadonlySet<string> | undefined;
  inHand: boolean;
  /** Repetitions that wait for its end; mostly there is none. */
  waiting: (() => void)[] | undefined;
}

/** Remembers what was handled, by id and by key. */
export interface Deduplication {
  /**
   * @param now milliseconds since 1970.
   * @returns `duplicate` when all have handled it; a promise when it is in hand, which resolves when that has ended: then ask again.
   */
  enter(event: BusEvent, now: number): Entry | 'duplicate' | Promise<void>;
  /** Says who has handled it, if not all have. What nobody has handled is forgotten. */
  leave(event: BusEvent, entry: Entry, doneBy: ReadonlySet<string> | undefined): void;
}

export function createDeduplication(options: { ttlMs: number; max: number }): Deduplication {
  const ids = createMemory<Entry>(options.max);
  const keys = createMemory<Entry>(options.max);
  const keyOf = ({ type, idempotencyKey }: BusEvent) => idempotencyKey !== null && `${type} ${idempotencyKey}`;

  return {
    enter(event, now) {
      const key = keyOf(event);
      const byId = ids.find(event.eventId, now);
      const byKey = key === false ? undefined : keys.find(key, now);
      const busy = byId?.inHand ? byId : byKey?.inHand ? byKey : undefined;
      if (busy) {
        return new Promise((resolve) => {
          busy.waiting ??= [];
          busy.waiting.push(resolve);
        });
      }
      if ((byId && !byId.doneBy) || (byKey && !byKey.doneBy)) return 'duplicate';
      const doneBy =
        byId && byKey ? new Set([...(byId.doneBy ?? []), ...(byKey.doneBy ?? [])]) : (byId ?? byKey)?.doneBy;
      const entry = { expiresAt: now + options.ttlMs, doneBy, inHand: true, waiting: undefined };
      ids.keep(event.eventId, entry, now);
      if (key !== false) keys.keep(key, entry, now);
      return entry;
    },
    leave(event, entry, doneBy) {
      entry.inHand = false;
      entry.doneBy = doneBy;
      if (doneBy?.size === 0) {
        const key = keyOf(event);
        ids.forget(event.eventId, entry);
        if (key !== false) keys.forget(key, entry);
      }
      const { waiting = [] } = entry;
      entry.waiting = undefined;
      for (const resolve of waiting) resolve();
    },
  };
}
