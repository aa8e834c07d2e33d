/** Since when queues have been empty, and how far the relays had come then. */
export interface Emptiness {
  /**
   * Takes a look at a queue.
   *
   * @param look.empty undefined when the queue did not say.
   * @param look.lowWater the low-water position from before the queue was asked.
   * @returns the position up to which every event was sent to the queue and has left it: 0 unless it has been empty at every
   *   look for `graceMs`.
   */
  looked(queue: string, look: { empty: boolean | undefined; lowWater: number; now: number }): number;
}

export function createEmptiness(graceMs: number): Emptiness {
  const since = new Map<string, { at: number; lowWater: number }[]>();
  return {
    looked(queue, { empty, lowWater, now }) {
      if (!empty) {
        since.delete(queue);
        return 0;
      }
      const looks = [...(since.get(queue) ?? []), { at: now, lowWater }];
      // Of the looks that are older than the grace period the last one tells the most.
      const old = looks.filter(({ at }) => now - at >= graceMs);
      since.set(queue, old.length > 0 ? looks.slice(old.length - 1) : looks);
      return old.at(-1)?.lowWater ?? 0;
    },
  };
}
