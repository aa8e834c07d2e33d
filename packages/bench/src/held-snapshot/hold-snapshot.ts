import pg from 'pg';
import type { LabDatabase } from '../harness/lab';

/** A transaction that keeps every row version from being removed that was there when it began, or came since. */
export interface HeldSnapshot {
  /** @throws Error unless it is still open, and its backend_xmin is the one it began with and the oldest of all. */
  assertOldest(): Promise<void>;
  release(): Promise<void>;
}

/** Opens a REPEATABLE READ transaction, as a long report or a dump does. @throws Error when it holds no snapshot */
export async function holdSnapshot(database: LabDatabase): Promise<HeldSnapshot> {
  const client = new pg.Client({ connectionString: database.url, application_name: 'bench-snapshot' });
  await client.connect();
  await client.query('begin isolation level repeatable read');
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid, count(*) from event_outbox');
  const pid = rows[0]?.pid as number;
  const begunWith = await readXmin(database, pid);
  if (begunWith === null) throw new Error('The transaction that should hold the oldest snapshot has no backend_xmin.');
  return {
    async assertOldest() {
      const now = await readXmin(database, pid);
      if (now !== begunWith) throw new Error(`The held backend_xmin was ${begunWith} and is ${now}: it was not held.`);
      const { rows: older } = await database.pool.query(
        `select from pg_stat_activity where datname = current_database() and pid <> $1 and age(backend_xmin) > age($2::text::xid)`,
        [pid, begunWith],
      );
      if (older.length > 0) throw new Error('Another transaction holds an older snapshot than the one of the bench.');
    },
    async release() {
      await client.query('rollback');
      await client.end();
    },
  };
}

async function readXmin(database: LabDatabase, pid: number): Promise<string | null> {
  const { rows } = await database.pool.query<{ xmin: string | null }>(
    'select backend_xmin::text as xmin from pg_stat_activity where pid = $1',
    [pid],
  );
  return rows[0]?.xmin ?? null;
}
