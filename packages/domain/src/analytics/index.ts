import { analyticsCounter, type Queries } from '@skelly/db';
import type { UnitOfWork } from '@skelly/events';
import type { Interaction } from '@skelly/types/ui';
import { eq, sql } from 'drizzle-orm';

/** What is counted, by day. */
export type Metric = 'registrations' | `interaction ${Interaction}`;

/** One thing that happened and counts. */
export interface Counted {
  readonly metric: Metric;
  readonly at: Date;
}

/** Counts each on its day in UTC, in one statement. Rows are taken in one order, so that two who count do not wait for each other. */
export async function count(work: UnitOfWork, things: readonly Counted[]): Promise<void> {
  const days = things.map(({ metric, at }) => JSON.stringify([metric, at.toISOString().slice(0, 10)]));
  const rows = [...new Set(days)].sort().map((name) => {
    const [metric, day] = JSON.parse(name) as [Metric, string];
    return { metric, day, value: days.filter((one) => one === name).length };
  });
  if (rows.length === 0) return;
  await work.tx
    .insert(analyticsCounter)
    .values(rows)
    .onConflictDoUpdate({
      target: [analyticsCounter.metric, analyticsCounter.day],
      set: { value: sql`${analyticsCounter.value} + excluded.value` },
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
