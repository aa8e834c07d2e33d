import type { Database } from '@skelly/db';
import { createDatabase } from '@skelly/db';
import { serveContender } from '../harness/contender';

export interface ReadingArgument {
  readonly databaseUrl: string;
  /** `user-0` and so on, each with one more than its number. */
  readonly wallets: number;
}

/** A contender's way to what wallets hold. */
export interface Reader {
  /** Reads one wallet after the other, by their numbers. @returns the sum of what is available in them */
  read(wallets: readonly number[]): Promise<number>;
  close(): Promise<unknown>;
}

/** Connections, and readers at once: more of them are not faster. */
const CONCURRENCY = 16;
/** Reads of one reader between two looks at the clock. */
const STRETCH = 64;
/** Coprime to the number of wallets: neighbours in time are none in memory. */
const STRIDE = 7_919;

/** Serves `run`: reads for so many seconds and answers with the reads of one second. @throws when a sum is not what it must be */
export function serveReader(create: (database: Database, wallets: number) => Promise<Reader>): void {
  serveContender<ReadingArgument>(async ({ databaseUrl: url, wallets }) => {
    const onConnectionError = () => undefined;
    const database = createDatabase({ url, max: CONCURRENCY + 2, applicationName: 'bench', onConnectionError });
    const reader = await create(database, wallets);
    const stretches = Array.from({ length: Math.floor(wallets / STRETCH) }, (_, stretch) => {
      const numbers = Array.from({ length: STRETCH }, (_, nth) => ((stretch * STRETCH + nth) * STRIDE) % wallets);
      return { numbers, sum: numbers.reduce((sum, nth) => sum + nth + 1, 0) };
    });

    async function run(seconds: number): Promise<number> {
      const startedAt = performance.now();
      const endsAt = startedAt + seconds * 1_000;
      let done = 0;
      await Promise.all(
        Array.from({ length: CONCURRENCY }, async () => {
          while (performance.now() < endsAt) {
            const { numbers, sum } = stretches[done % stretches.length] as (typeof stretches)[0];
            done += 1;
            if ((await reader.read(numbers)) !== sum) throw new Error('A wallet does not hold what it must.');
          }
        }),
      );
      return (done * STRETCH) / ((performance.now() - startedAt) / 1_000);
    }
    return {
      commands: { run },
      async stop() {
        await reader.close();
        await database.close();
      },
    };
  });
}
