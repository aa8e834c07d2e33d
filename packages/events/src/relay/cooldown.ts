/** Which queues have lately refused, and until when they are left alone. One a relay. */
export interface Cooldown {
  /** Milliseconds for which the queue is still left alone; 0 when it may be tried. */
  remaining(queue: string): number;
  /** Whether it refused the last time, so that one batch should try it before the rest follows. */
  onTrial(queue: string): boolean;
  /** Somebody tries it: for `ms` everybody else leaves it alone. */
  trying(queue: string, ms: number): void;
  /** It did not take messages: leaves it alone, twice as long as the last time. */
  refused(queue: string): void;
  /** It took messages. */
  took(queue: string): void;
}

/** Pauses of a queue, in milliseconds. */
const FIRST_MS = 250;
const LONGEST_MS = 30_000;

export function createCooldown(now: () => Date): Cooldown {
  const resting = new Map<string, { pauseMs: number; until: number }>();
  return {
    remaining: (queue) => Math.max(0, (resting.get(queue)?.until ?? 0) - now().getTime()),
    onTrial: (queue) => resting.has(queue),
    trying(queue, ms) {
      const known = resting.get(queue);
      if (known) resting.set(queue, { ...known, until: now().getTime() + ms });
    },
    refused(queue) {
      const pauseMs = Math.min((resting.get(queue)?.pauseMs ?? FIRST_MS / 2) * 2, LONGEST_MS);
      resting.set(queue, { pauseMs, until: now().getTime() + pauseMs });
    },
    took: (queue) => void resting.delete(queue),
  };
}
