import { analyticsCounter, type Queries } from '@skelly/db';
import type { UnitOfWork } from '@skelly/events';
import { eq, sql } from 'drizzle-orm';

/** What is counted, by day. */
export type Metric = 'registrations';

/** Counts one more on the day of `at`, in UTC. */
export async function count(work: UnitOfWork, metric: Metric, at: Date): Promise<void> {
  await work.tx
    .insert(analyticsCounter)
    .values({ metric, day: at.toISOString().slice(0, 10), value: 1 })
    .onConflictDoUpdate({
      target: [analyticsCounter.metric, analyticsCounter.day],
      set: { value: sql`${analyticsCounter.value} + 1` },
    });
}

/** All that was ever counted. */
export async function total(queries: Queries, metric: Metric): Promise<number> {
  const [sum] = await queries
    .select({ value: sql<number>`coalesce(sum(${analyticsCounter.value}), 0)::int8` })
    .from(analyticsCounter)
    .where(eq(analyticsCounter.metric, metric));
  return sum?.value ?? 0;
}
