import { defineHandler } from '@skelly/events';
import { sql } from 'drizzle-orm';
import { COUNT_ID, counted } from './counted';

/** What a feature developer writes: one event, one statement. */
export const countEvent = defineHandler({
  id: COUNT_ID,
  on: counted,
  async handle({ data }, work) {
    await work.tx.execute(sql`update bench_counter set value = value + ${data.amount} where user_id = ${data.userId}`);
  },
});
