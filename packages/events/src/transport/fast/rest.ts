/** Milliseconds for which a queue is the SDK's alone after an answer that could not be relied on. */
export const REST_MS = 5_000;

/** Which queues the fast path leaves alone for a while. */
export interface Rests {
  resting(queue: string): boolean;
  begin(queue: string): void;
}

/** @param now milliseconds, of any clock that only goes forward. */
export function createRests(now: () => number): Rests {
  const until = new Map<string, number>();
  return {
    resting(queue) {
      const end = until.get(queue);
      if (end === undefined) return false;
      if (now() < end) return true;
      until.delete(queue);
      return false;
    },
    begin: (queue) => void until.set(queue, now() + REST_MS),
  };
}
