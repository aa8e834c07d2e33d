import {
  detachPartition,
  dropPartition,
  isContention,
  listPartitions,
  type Partition,
  reattachPartition,
} from '@skelly/db';
import type pg from 'pg';
import type { Log } from '../log';
import { findUnfinished, findWaiting, type Held } from './held';

const DAY_MS = 86_400_000;

/** Days that the partitioned tables are kept. */
export type PartitionDays = Readonly<Record<Partition['parent'], number>>;

export type PartitionStep =
  | { readonly kind: 'keep' }
  | { readonly kind: 'detach' }
  | { readonly kind: 'reattach' }
  | { readonly kind: 'drop' };

/**
 * What to do with a partition next. A week is over when its last event is as old as the table is kept; it goes when
 * nothing holds it, and is looked at once more between detach and drop, for what began to hold it meanwhile.
 */
export function nextStep(
  partition: Pick<Partition, 'state' | 'until'>,
  facts: { readonly now: Date; readonly days: number; readonly held: Held | undefined },
): PartitionStep {
  const over = partition.until.getTime() <= facts.now.getTime() - facts.days * DAY_MS;
  const goes = over && !facts.held;
  if (partition.state === 'attached') return goes ? { kind: 'detach' } : { kind: 'keep' };
  // Its rows can only be seen again once it is whole: an interrupted detach is finished first, either way.
  if (partition.state === 'detaching') return { kind: 'detach' };
  return goes ? { kind: 'drop' } : { kind: 'reattach' };
}

/**
 * Drops the weeks that are over, oldest first, the processing log's before the history's. What still holds something stays and is
 * logged; what an earlier run left half done is finished. A lock that is not given in time leaves its table for the next run.
 *
 * @param client a connection of its own, with a lock timeout and outside a transaction.
 * @returns the names of the tables that were dropped.
 */
export async function retirePartitions(
  client: pg.ClientBase,
  options: { now: Date; days: PartitionDays; log: Log; signal: AbortSignal },
): Promise<readonly string[]> {
  const { now, days, log, signal } = options;
  const dropped: string[] = [];
  const blocked = new Set<Partition['parent']>();
  const weeks = [...(await listPartitions(client))].sort(
    (a, b) => b.parent.localeCompare(a.parent) || a.from.getTime() - b.from.getTime(),
  );
  for (const week of weeks) {
    if (signal.aborted) break;
    if (blocked.has(week.parent)) continue;
    try {
      if (await retire(client, week, { now, days: days[week.parent], log })) dropped.push(week.name);
    } catch (error) {
      if (!isContention(error)) throw error;
      // Postgres lets one partition of a table be detaching at a time.
      blocked.add(week.parent);
      log.warn({ err: error, partition: week.name }, 'a partition is in use; its week is dropped another time');
    }
  }
  return dropped;
}

async function retire(
  client: pg.ClientBase,
  week: Partition,
  { now, days, log }: { now: Date; days: number; log: Log },
): Promise<boolean> {
  let partition = week;
  let examined = false;
  for (;;) {
    if (nextStep(partition, { now, days, held: undefined }).kind === 'keep') return false;
    let held: Held | undefined;
    if (partition.state !== 'detaching') {
      // What has finished stays so; what waits may come at any time, until the week is out of sight.
      held = (await findWaiting(client, partition)) ?? (examined ? undefined : await findUnfinished(client, partition));
      examined = true;
    }
    if (held)
      log.warn({ partition: partition.name, ...held }, 'a week is past its retention and still holds what is not over');
    switch (nextStep(partition, { now, days, held }).kind) {
      case 'keep':
        return false;
      case 'reattach':
        await reattachPartition(client, partition);
        return false;
      case 'drop':
        await dropPartition(client, partition);
        return true;
      case 'detach':
        await detachPartition(client, partition);
        partition = { ...partition, state: 'detached' };
    }
  }
}
