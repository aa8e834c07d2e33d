import { DeliveryInterrupted } from './delivery';

/** Ends whatever runs in a worker, once. */
export interface Interruption {
  /** @returns a function that says it is no longer needed. */
  on(end: (reason: DeliveryInterrupted) => void): () => void;
  fire(): void;
}

export function createInterruption(): Interruption {
  const ends = new Set<(reason: DeliveryInterrupted) => void>();
  let reason: DeliveryInterrupted | undefined;
  return {
    on(end) {
      const fired = reason;
      // Not before the caller has what is returned.
      if (fired) queueMicrotask(() => end(fired));
      else ends.add(end);
      return () => ends.delete(end);
    },
    fire() {
      reason ??= new DeliveryInterrupted('the worker could wait no longer');
      for (const end of [...ends]) end(reason);
    },
  };
}
