import type { Database } from '@skelly/db';
import type { Log } from '../log';
import { createPulse } from '../pulse';

/** Tells the reconciler what a worker process has received, so that it knows what a queue no longer holds. One a process. */
export interface QueueMarks {
  /** Call it for every event message that a queue delivered, with the low-water position that it carries. Memory only. */
  delivered(queue: string, lowWater: number): void;
  /** Writes what is left, once; what cannot be written then is dropped, which only lets the reconciler wait. */
  stop(): Promise<void>;
}

/** Milliseconds between two writes. */
const FLUSH_MS = 2_000;
/** How long marks are kept, in seconds: longer than any grace period. */
const KEPT_SECONDS = 3_600;
/** Writes between two deletions of old marks: a minute's. */
const FLUSHES_PER_SWEEP = 30;

const FLUSH = {
  name: 'queue-marks-write',
  text: `
    insert into event_queue_mark as mark (queue, bucket, low_water)
    select queue, date_bin('5 seconds', now(), 'epoch'), low_water from unnest($1::text[], $2::bigint[]) as given (queue, low_water) order by queue
    on conflict (queue, bucket) do update set low_water = excluded.low_water where excluded.low_water < mark.low_water`,
};

const SWEEP = {
  name: 'queue-marks-expire',
  text: `delete from event_queue_mark where bucket < now() - interval '${KEPT_SECONDS} seconds'`,
};

/**
 * Keeps the lowest low-water position of what each queue delivers, and writes it every two seconds while messages come. It
 * holds one number a queue; while Postgres is away that number waits.
 */
export function createQueueMarks(deps: { database: Database; log: Log }): QueueMarks {
  const { database, log } = deps;
  let lowest = new Map<string, number>();
  let flushes = 0;

  function delivered(queue: string, lowWater: number): void {
    const known = lowest.get(queue);
    if (known === undefined || lowWater < known) lowest.set(queue, lowWater);
  }

  async function flush(): Promise<void> {
    if (lowest.size === 0) return;
    const written = lowest;
    lowest = new Map();
    try {
      await database.pool.query({ ...FLUSH, values: [[...written.keys()], [...written.values()]] });
      flushes += 1;
      if (flushes % FLUSHES_PER_SWEEP === 0) await database.pool.query(SWEEP);
    } catch (error) {
      for (const [queue, lowWater] of written) delivered(queue, lowWater);
      log.debug({ err: error }, 'what queues delivered could not be noted; trying again');
    }
  }

  const flushing = createPulse({
    run: async () => {
      await flush();
      return FLUSH_MS;
    },
  });
  return {
    delivered,
    async stop() {
      await flushing.stop();
      await flush();
    },
  };
}
