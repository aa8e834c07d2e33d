/** Remembers things by name until they expire, and so many at most: at the bound the oldest is forgotten. */
export interface Memory<T extends { readonly expiresAt: number }> {
  find(name: string, now: number): T | undefined;
  /** All are kept equally long, so that the first one kept is the first to expire. */
  keep(name: string, what: T, now: number): void;
  /** Forgets a name, if it still stands for this. */
  forget(name: string, what: T): void;
  readonly size: number;
}

/** @param max names at most. */
export function createMemory<T extends { readonly expiresAt: number }>(max: number): Memory<T> {
  const known = new Map<string, T>();
  // Kept from one look to the next: a new one would walk over the places of all that have gone.
  let names = known.entries();
  let oldest: [string, T] | undefined;

  function findOldest(): [string, T] {
    while (!oldest || known.get(oldest[0]) !== oldest[1]) {
      const { done, value } = names.next();
      if (done) names = known.entries();
      else oldest = value;
    }
    return oldest;
  }

  return {
    find(name, now) {
      const found = known.get(name);
      return found && found.expiresAt > now ? found : undefined;
    },
    keep(name, what, now) {
      known.delete(name);
      known.set(name, what);
      // Two go for one that comes, so that what has expired does not stay until the bound is reached.
      for (let gone = 0; gone < 2; gone += 1) {
        const [first, { expiresAt }] = findOldest();
        if (known.size <= max && expiresAt > now) return;
        known.delete(first);
      }
    },
    forget(name, what) {
      if (known.get(name) === what) known.delete(name);
    },
    get size() {
      return known.size;
    },
  };
}
