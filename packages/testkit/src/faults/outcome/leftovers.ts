import type pg from 'pg';
import type { QueueWatch } from '../queue-watch';
import { type Problem, unlessZero } from './problems';

/** Rows that wait or run; an effect whose lease has expired runs no more. */
const WAITING = `
  select (select count(*)::int from event_outbox) as "pointers in the outbox",
    (select count(*)::int from event_schedule where position is null) as "rows in the schedule",
    (select count(*)::int from event_processing_log where lease_until > now()) as "effects running"`;

/** Deliveries that wait for an earlier one of their subject. They do so for ever when that is lost. */
export async function countInLine(db: pg.Pool): Promise<number> {
  const { rows } = await db.query<{ waiting: number }>(
    'select count(*)::int as waiting from event_schedule where position is not null',
  );
  return rows[0]?.waiting ?? 0;
}

/** What waits in Postgres and in the queues, a line each; deliveries that wait for an earlier one are not among it. */
export async function listWaiting(db: pg.Pool, queues: QueueWatch): Promise<readonly string[]> {
  const { rows } = await db.query<Record<string, number>>(WAITING);
  const waiting = Object.entries(rows[0] ?? {}).filter(([, count]) => count > 0);
  return [...waiting.map(([what, count]) => `${count} ${what}`), ...(await queues.left())];
}

/** Tables through which every event passes: nothing of it may stay. */
const PASSED_THROUGH = ['event_outbox', 'event_schedule'];
/** Bytes of such a table when it is empty and vacuumed, at most. */
const EMPTY_TABLE_BYTES = 1_048_576;
/** A transaction that is idle for longer belongs to nobody any more, in seconds. */
const FORGOTTEN_SECONDS = 15;

/** Dead rows that a vacuum cannot remove, tables that have grown, sessions that nobody ends. */
export async function checkLeftovers(db: pg.Pool): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  const { rows: forgotten } = await db.query<{ name: string }>(
    `select application_name as name from pg_stat_activity
     where state like 'idle in transaction%' and state_change < now() - make_interval(secs => $1)`,
    [FORGOTTEN_SECONDS],
  );
  problems.push(...unlessZero('left', 'transactions that nobody ends', forgotten.length, forgotten[0]?.name));
  for (const table of PASSED_THROUGH) {
    await db.query(`vacuum (truncate) ${table}`);
    const { rows } = await db.query<{ dead: number; bytes: number }>(
      `select n_dead_tup::int as dead, pg_table_size(relid)::int as bytes from pg_stat_all_tables where relname = $1`,
      [table],
    );
    const { dead = 0, bytes = 0 } = rows[0] ?? {};
    problems.push(...unlessZero('left', `dead rows in ${table} after a vacuum`, dead));
    if (bytes > EMPTY_TABLE_BYTES) problems.push({ kind: 'left', text: `${table} is empty and has ${bytes} bytes` });
  }
  return problems;
}
