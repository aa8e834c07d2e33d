import { setTimeout as delay } from 'node:timers/promises';
import type { Child } from '../harness/child';
import type { LabDatabase } from '../harness/lab';
import { readCounted } from '../workload/counters';

const LOOK_EVERY_MS = 10;
const GIVE_UP_MS = 180_000;

/**
 * Messages per second from the moment when `warmUp` of them had been counted to the one when all `total` were, and nothing
 * was left to do (`settled`): whoever counts first and deletes later gains nothing.
 */
export async function measureRate(
  database: LabDatabase,
  {
    warmUp,
    total,
    settled,
    children,
  }: { warmUp: number; total: number; settled: () => Promise<void>; children: readonly Child[] },
): Promise<number> {
  const deadline = Date.now() + GIVE_UP_MS;
  async function reach(count: number): Promise<{ counted: number; at: number }> {
    for (;;) {
      const counted = await readCounted(database);
      if (counted >= count) return { counted, at: performance.now() };
      for (const child of children) child.assertRunning();
      if (Date.now() > deadline)
        throw new Error(`${count} counted messages: not within ${GIVE_UP_MS / 1_000} s; ${counted} are`);
      await delay(LOOK_EVERY_MS);
    }
  }
  const first = await reach(warmUp);
  const last = await reach(total);
  await settled();
  if (last.counted !== total) throw new Error(`${last.counted} were counted of ${total}: something was counted twice`);
  return ((last.counted - first.counted) / (performance.now() - first.at)) * 1_000;
}
