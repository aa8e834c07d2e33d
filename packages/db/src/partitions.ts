import type pg from 'pg';

/** Parents that are partitioned by week over UUIDv7 event ids. */
export const PARTITIONED = ['event_history', 'event_processing_log'] as const;
export type PartitionedTable = (typeof PARTITIONED)[number];
/** Weeks kept ready: a relay that cannot reach Postgres for a month is found by other means. */
const WEEKS_AHEAD = 5;
const DAY_MS = 86_400_000;
export const WEEK_MS = 7 * DAY_MS;

/** The Monday, 00:00 UTC, of the week that a moment lies in. */
export function weekStart(moment: Date): Date {
  const day = Date.UTC(moment.getUTCFullYear(), moment.getUTCMonth(), moment.getUTCDate());
  return new Date(day - ((new Date(day).getUTCDay() + 6) % 7) * DAY_MS);
}

/** The partition of a table for the week that begins on the given Monday. */
export function partitionName(parent: PartitionedTable, from: Date): string {
  return `${parent}_${from.toISOString().slice(0, 10).replaceAll('-', '')}`;
}

/**
 * Creates the partitions of last week (for clocks that differ), this week and the five ahead, where they are missing.
 * Several processes may do so at once. Attaches rather than creates in place, so that readers and writers are not held up.
 */
export async function ensurePartitions(client: pg.ClientBase, now: Date): Promise<readonly string[]> {
  const created: string[] = [];
  const thisWeek = weekStart(now).getTime();
  for (const parent of PARTITIONED) {
    for (let week = -1; week <= WEEKS_AHEAD; week += 1) {
      const from = new Date(thisWeek + week * WEEK_MS);
      const name = partitionName(parent, from);
      if (await attachPartition(client, { parent, name, from })) created.push(name);
    }
  }
  return created;
}

async function attachPartition(
  client: pg.ClientBase,
  part: { parent: string; name: string; from: Date },
): Promise<boolean> {
  const { parent, name, from } = part;
  if (await exists(client, name)) return false;
  const until = new Date(from.getTime() + WEEK_MS);
  await client.query('begin');
  try {
    await client.query(`select pg_advisory_xact_lock(hashtext('skelly partitions'))`);
    const missing = !(await exists(client, name));
    if (missing) {
      const bounds = await client.query<{ low: string; high: string }>(
        'select uuid_floor($1) as low, uuid_floor($2) as high',
        [from, until],
      );
      const { low, high } = bounds.rows[0] as { low: string; high: string };
      // The check lets the attach skip its scan, and with it the lock on the parent.
      await client.query(
        `create table ${name} (like ${parent} including all,
           constraint ${name}_bounds check (event_id >= '${low}' and event_id < '${high}'));
         alter table ${name} set (autovacuum_vacuum_insert_scale_factor = 0.02);
         alter table ${parent} attach partition ${name} for values from ('${low}') to ('${high}');
         alter table ${name} drop constraint ${name}_bounds`,
      );
    }
    await client.query('commit');
    return missing;
  } catch (error) {
    await client.query('rollback');
    throw error;
  }
}

/** Asks the table of tables: the name lookup of to_regclass may answer from what this session knew before it waited. */
async function exists(client: pg.ClientBase, table: string): Promise<boolean> {
  const { rows } = await client.query(
    `select exists (select from pg_class where relname = $1 and relnamespace = 'public'::regnamespace) as found`,
    [table],
  );
  return rows[0].found;
}
