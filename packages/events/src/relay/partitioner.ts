import { type Database, ensurePartitions } from '@skelly/db';
import type { Log } from '../log';
import { createPulse } from '../pulse';

/** Partitions reach five weeks ahead, so an hour's delay costs nothing. In milliseconds. */
const INTERVAL_MS = 3_600_000;
/** Milliseconds until the next try after a failure. */
const RETRY_MS = 5_000;

/** Keeps partitions ready for the events to come, for as long as it runs: without them nothing could be emitted. */
export function startPartitioner(deps: { database: Database; log: Log; now: () => Date }): { stop(): Promise<void> } {
  const { database, log, now } = deps;
  return createPulse({
    run: async () => {
      try {
        const created = await createAhead(database, now());
        if (created.length > 0) log.info({ created }, 'partitions created ahead');
        return INTERVAL_MS;
      } catch (error) {
        log.warn({ err: error }, 'partitions could not be created ahead; trying again');
        return RETRY_MS;
      }
    },
  });
}

async function createAhead(database: Database, now: Date): Promise<readonly string[]> {
  const client = await database.pool.connect();
  try {
    return await ensurePartitions(client, now);
  } finally {
    client.release();
  }
}
