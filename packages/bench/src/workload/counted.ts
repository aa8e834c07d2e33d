import { defineEvent } from '@skelly/types/event';
import { z } from 'zod';

/** The event of the benches: somebody's counter has to grow. Not part of the catalog. */
export const counted = defineEvent({
  type: 'bench:counted',
  version: 1,
  summary: 'A user did something that is counted.',
  data: z.object({ userId: z.string(), amount: z.number().int(), padding: z.string() }),
  subject: ({ userId }) => `user:${userId}`,
});

/** Bytes of an event's data as JSON, and of a peer's message. */
export const DATA_BYTES = 500;
/** Whose counters grow, in turn. */
export const USERS = 1_000;

/** The plain handler of it. */
export const COUNT_ID = 'bench.count';
/** The batch handler of it. */
export const COUNT_BATCH_ID = 'bench.count-batch';

export interface CountedData {
  readonly userId: string;
  readonly amount: number;
  readonly padding: string;
}

/** The data of the nth event: 500 B of JSON. */
export function countedData(nth: number): CountedData {
  const data = { userId: `user-${String(nth % USERS).padStart(4, '0')}`, amount: 1, padding: '' };
  return { ...data, padding: 'x'.repeat(DATA_BYTES - JSON.stringify(data).length) };
}
