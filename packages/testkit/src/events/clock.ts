import type { Database } from '@skelly/db';

/** A clock that stands still until it is told to go. */
export interface TestClock {
  /** The same time until `advance`. Give it to whatever takes a `now`. */
  readonly now: () => Date;
  /**
   * Goes on by so many milliseconds, and lets everything that waits in the clock's databases come as much nearer: timers, retries and
   * what is parked. What is due then is fired by the relay within some 20 ms; `drain` waits for it.
   */
  advance(ms: number): Promise<void>;
}

// Never before the moment of writing: relays look for what is due from a little before now on.
const BRING_FORWARD = `
  update event_schedule set due_at = greatest(due_at - make_interval(secs => $1::float8 / 1000), clock_timestamp())
  where kind in ('retry', 'parked', 'timer')`;

/**
 * A clock for tests. It decides for code that is given its `now`. Postgres has a clock of its own, which decides when something is due, when a lease or
 * a key expires and what rows say of their own times; `advance` reaches that of the databases given by moving due times, and nothing else of it. So set
 * timers by `delay`, or by an `at` that was worked out before the first `advance`. Recurring schedules stay on Postgres' clock: call
 * their handler, or emit their event.
 *
 * @param options.start @defaultValue the time at which it is made
 * @param options.databases whose schedules go with it. @defaultValue none
 */
export function createTestClock(options: { start?: Date; databases?: readonly Database[] } = {}): TestClock {
  const { start = new Date(), databases = [] } = options;
  let time = start.getTime();
  return {
    now: () => new Date(time),
    async advance(ms) {
      if (!(ms >= 0)) throw new Error(`A clock goes on by 0 milliseconds or more; advance was given ${ms}.`);
      time += ms;
      await Promise.all(databases.map(({ pool }) => pool.query(BRING_FORWARD, [ms])));
    },
  };
}
