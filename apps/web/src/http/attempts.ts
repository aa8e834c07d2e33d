/** A command whose end is not known: it is under way, or its answer was lost. */
export interface Attempt {
  /** Of every try. */
  readonly key: string;
  /** When its key was taken, milliseconds since 1970. */
  readonly at: number;
  /** Whether a try of it has ended so that nobody knows whether it was done. */
  readonly isOpen: boolean;
  readonly path: string;
  readonly body: unknown;
}

/** What was tried and has no known end yet. */
export interface Attempts {
  /** By what is meant, oldest first. The same until one changes. */
  readonly all: () => ReadonlyMap<string, Attempt>;
  /** Keeps an attempt at a wish; null: its end is known. */
  readonly set: (wish: string, attempt: Attempt | null) => void;
  /** Calls `changed` after every change. @returns ends it */
  readonly subscribe: (changed: () => void) => () => void;
}

/** Less than the 24 hours for which the server knows a key, milliseconds: what is older is not repeated. */
const KEPT_MS = 23 * 3_600_000;

/** Milliseconds for which a key that was taken at `at` may still be used; 0 or less: it is too old. @param now milliseconds since 1970 */
export function keyLeft(at: number, now = Date.now()): number {
  return at + KEPT_MS - now;
}

export function createAttempts(): Attempts {
  let all: ReadonlyMap<string, Attempt> = new Map();
  const subscribers = new Set<() => void>();
  return {
    all: () => all,
    set: (wish, attempt) => {
      const next = new Map(all);
      if (attempt) next.set(wish, attempt);
      else next.delete(wish);
      all = next;
      for (const changed of subscribers) changed();
    },
    subscribe: (changed) => {
      subscribers.add(changed);
      return () => void subscribers.delete(changed);
    },
  };
}
