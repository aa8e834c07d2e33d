import { setTimeout as delay } from 'node:timers/promises';
import type { Queries } from '@skelly/db';
import { sql } from 'drizzle-orm';

/** Positions up to which nothing comes any more: what is there now is all. */
export interface Settled {
  readonly transfers: number;
  readonly events: number;
}

/** Milliseconds that writers under way are waited for; those that take longer keep what lies above their gaps for the next run. */
const WAIT_MS = 1_000;
const FIRST_PAUSE_MS = 5;

const TABLES = { transfers: 'ledger_transfer', events: 'event_history' } as const;

/**
 * Positions are drawn before their rows commit, so a row may come below ones that are there already. Whoever may still write one holds
 * RowExclusiveLock on its table since before it drew its position. So: look how far the table goes, ask for the holders, and when
 * those have ended, everything up to there is decided. Where one does not end, it is so up to the first gap.
 *
 * Not in a repeatable transaction: it has to see what commits meanwhile.
 */
export async function settledPositions(queries: Queries, from: Settled): Promise<Settled> {
  const { rows } = await queries.execute<{ transfers: number; events: number }>(sql`
    select greatest(${from.transfers}::float8, (select max(position)::float8 from ledger_transfer)) as transfers,
      greatest(${from.events}::float8, (select max(position)::float8 from event_history)) as events`);
  const seen = rows[0] as Settled;
  const slow = await waitForWriters(queries);
  return {
    transfers: slow.has(TABLES.transfers) ? await firstGap(queries, 'transfers', from, seen) : seen.transfers,
    events: slow.has(TABLES.events) ? await firstGap(queries, 'events', from, seen) : seen.events,
  };
}

/** @returns tables that some of those who wrote when it was called have still open. */
async function waitForWriters(queries: Queries): Promise<ReadonlySet<string>> {
  let waitedFor = await readWriters(queries);
  const end = performance.now() + WAIT_MS;
  for (let pauseMs = FIRST_PAUSE_MS; waitedFor.size > 0 && performance.now() < end; pauseMs *= 2) {
    await delay(Math.min(pauseMs, end - performance.now()));
    const now = await readWriters(queries);
    waitedFor = new Map([...waitedFor].filter(([writer]) => now.has(writer)));
  }
  return new Set(waitedFor.values());
}

/** Transactions that have a table open for writing, by an id that is not used twice while the server runs; not our own. */
async function readWriters(queries: Queries): Promise<ReadonlyMap<string, string>> {
  const { rows } = await queries.execute<{ writer: string; table: string }>(sql`
    select distinct virtualtransaction || ' ' || relation::regclass as writer, relation::regclass::text as table from pg_locks
    where locktype = 'relation' and mode = 'RowExclusiveLock' and granted and pid <> pg_backend_pid()
      and relation in (${TABLES.transfers}::regclass, ${TABLES.events}::regclass)
      and database = (select oid from pg_database where datname = current_database())`);
  return new Map(rows.map(({ writer, table }) => [writer, table]));
}

async function firstGap(queries: Queries, of: keyof Settled, from: Settled, to: Settled): Promise<number> {
  const { rows } = await queries.execute<{ settled: number }>(sql`
    select coalesce(min(before), ${to[of]}::bigint)::float8 as settled
    from (
      select position, lag(position, 1, ${from[of]}::bigint) over (order by position) as before
      from ${sql.identifier(TABLES[of])} where position > ${from[of]}::bigint and position <= ${to[of]}::bigint
    ) as step where position > before + 1`);
  return rows[0]?.settled ?? from[of];
}
