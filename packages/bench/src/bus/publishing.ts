import { serveContender } from '../harness/contender';
import { type CountedData, countedData, USERS } from '../workload/counted';

/** A contender's way to hand an event's data to functions. */
export interface Publisher {
  /** Resolves when all functions have ended. */
  publish(data: CountedData): Promise<unknown>;
  close(): Promise<unknown>;
}

type Subscriber = (data: CountedData) => Promise<void>;

const SUBSCRIBERS = 10;
/** Publications that wait for their end at once. */
const PUBLISHERS = 16;

/** Serves `run`: publishes for so many seconds and answers with the events of one second. @throws when a function was not called for each */
export function servePublisher(create: (subscribers: readonly Subscriber[]) => Publisher): void {
  serveContender(async () => {
    const counters = new Float64Array(SUBSCRIBERS);
    const publisher = create(
      Array.from({ length: SUBSCRIBERS }, (_, index): Subscriber => {
        return async ({ amount }) => {
          // What an asynchronous subscriber does first is to wait.
          await Promise.resolve();
          counters[index] = (counters[index] as number) + amount;
        };
      }),
    );
    const data = Array.from({ length: USERS }, (_, nth) => countedData(nth));

    async function run(seconds: number): Promise<number> {
      counters.fill(0);
      const startedAt = performance.now();
      const endsAt = startedAt + seconds * 1_000;
      let published = 0;
      await Promise.all(
        Array.from({ length: PUBLISHERS }, async () => {
          while (performance.now() < endsAt) {
            const next = data[published % USERS] as CountedData;
            published += 1;
            await publisher.publish(next);
          }
        }),
      );
      const elapsed = (performance.now() - startedAt) / 1_000;
      if (counters.some((count) => count !== published)) throw new Error(`${published} events, but ${counters}`);
      return published / elapsed;
    }
    return { commands: { run }, stop: async () => void (await publisher.close()) };
  });
}
