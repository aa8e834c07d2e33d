import type { Timers } from '../environment';

/** How often the clock is looked at, and how far it may have come by then; milliseconds. */
const CLOCK = { EVERY: 5_000, FAR: 15_000 } as const;

/**
 * Tells when the clock has run on without the timers: the machine slept, the page was frozen, or the clock was set. Not every browser
 * says so in another way. Timers that are slowed in the background look like it, and no harm is done. Returns the way out.
 */
export function watchClock(timers: Timers, now: () => number, onJump: () => void): () => void {
  let last = now();
  let timer: unknown;
  const look = () => {
    if (now() - last > CLOCK.FAR) onJump();
    last = now();
    timer = timers.setTimeout(look, CLOCK.EVERY);
  };
  look();
  return () => timers.clearTimeout(timer);
}
