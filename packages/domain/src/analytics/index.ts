import { analyticsCounter, type Queries } from '@skelly/db';
import type { UnitOfWork } from '@skelly/events';
import type { Interaction } from '@skelly/types/ui';
import type { Currency } from '@skelly/types/wallet';
import { eq, sql } from 'drizzle-orm';

/** Events of holds that are counted, and summed by what they moved: given to creators, or given back, where a hold was divided. */
type EscrowMetric = `wallet:escrow.${'held' | 'settled' | 'refunded' | 'partially-settled'}`;
type AmountMetric = `${EscrowMetric}${'' | ' to creator' | ' back'} ${Currency}`;

/** What is counted, by day. */
export type Metric = 'registrations' | `interaction ${Interaction}` | EscrowMetric | AmountMetric;

/** One thing that happened and counts. */
export interface Counted {
  readonly metric: Metric;
  readonly at: Date;
  /** What it adds. @defaultValue 1 */
  readonly by?: number;
}

/** Counts each on its day in UTC, in one statement. Rows are taken in one order, so that two who count do not wait for each other. */
export async function count(work: UnitOfWork, things: readonly Counted[]): Promise<void> {
  const sums = new Map<string, number>();
  for (const { metric, at, by = 1 } of things) {
    const name = JSON.stringify([metric, at.toISOString().slice(0, 10)]);
    sums.set(name, (sums.get(name) ?? 0) + by);
  }
  const rows = [...sums.keys()].sort().map((name) => {
    const [metric, day] = JSON.parse(name) as [Metric, string];
    return { metric, day, value: sums.get(name) as number };
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
