import type pg from 'pg';
import { createGapTracker, type GapTracker, type Range } from './gap-tracker';

/** Runs one statement; a pool is one. On the primary: a replica does not see the writers' locks. */
export interface Queryable {
  query<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<pg.QueryResult<Row>>;
}

/** A table whose rows carry a `position` from one sequence, and what to read of each row beside it. */
export interface PositionedTable {
  readonly table: 'push_message' | 'event_history';
  /** SQL of the columns beside `position`. */
  readonly columns: string;
  /** Rows in one read at most. @defaultValue 2000 */
  readonly limit?: number;
}

export interface Positioned extends pg.QueryResultRow {
  readonly position: number;
}

export interface PositionReader<Row extends Positioned> {
  /** Everything up to here is decided. @see GapTracker */
  readonly settled: number;
  readonly ceiling: number;
  /** Positions below the ceiling that a transaction under way may still fill. */
  readonly openGaps: number;
  /**
   * Reads once: the rows that became visible since the last read, ascending by position, each exactly once. Rows above a
   * gap come at once; those that fill the gap come later. `more` says that the read was cut by the limit.
   *
   * @throws what node-postgres throws; nothing is lost, the next read covers it
   */
  read(): Promise<{ rows: Row[]; more: boolean }>;
}

const READ_LIMIT = 2_000;

/** How many of the last rows are searched for gaps at the start; a transaction that drew its position before them goes unseen. */
const START_WINDOW = 10_000;

/** Starts at the present end of the table, owed the gaps below it that writers under way may still fill. */
export async function openPositionReader<Row extends Positioned>(
  db: Queryable,
  source: PositionedTable,
): Promise<PositionReader<Row>> {
  const { limit = READ_LIMIT } = source;
  const tracker: GapTracker = createGapTracker(await findStart(db, source));
  return {
    get settled() {
      return tracker.settled;
    },
    get ceiling() {
      return tracker.ceiling;
    },
    get openGaps() {
      return tracker.gaps.length;
    },
    async read() {
      if (tracker.gaps.length > 0) tracker.observeWriters(await readWriters(db, source));
      const rows = await readRows<Row>(db, source, tracker, limit);
      const more = rows.length === limit;
      tracker.observeRead(
        rows.map((row) => row.position),
        more ? rows.at(-1)?.position : undefined,
      );
      return { rows, more };
    },
  };
}

/** Transactions that have the table open for writing, by an id that is not used twice while the server runs. */
async function readWriters(db: Queryable, source: PositionedTable): Promise<Set<string>> {
  const result = await db.query<{ writer: string }>(
    `select distinct virtualtransaction as writer from pg_locks
      where locktype = 'relation' and relation = $1::regclass and mode = 'RowExclusiveLock' and granted
        and database = (select oid from pg_database where datname = current_database())`,
    [source.table],
  );
  return new Set(result.rows.map((row) => row.writer));
}

async function readRows<Row extends Positioned>(
  db: Queryable,
  { table, columns }: PositionedTable,
  tracker: GapTracker,
  limit: number,
): Promise<Row[]> {
  const { ceiling, gaps } = tracker;
  // Ordered by the column of the table: by the one that is read, a number of another type, no index would serve.
  const above = `select ${table}.position::float8 as position, ${columns} from ${table}
    where ${table}.position > $1 order by ${table}.position limit $2`;
  // Planned each time, which is most of its price: no gaps, nothing to plan for them.
  if (gaps.length === 0) return (await db.query<Row>(above, [ceiling, limit])).rows;
  const result = await db.query<Row>(
    `(${above})
     union all
     (select ${table}.position::float8, ${columns} from unnest($3::bigint[], $4::bigint[]) as gap (low, high)
        join ${table} on ${table}.position between low and high order by ${table}.position limit $2)
     order by position limit $2`,
    [ceiling, limit, gaps.map((gap) => gap.from), gaps.map((gap) => gap.to)],
  );
  return result.rows;
}

async function findStart(db: Queryable, { table }: PositionedTable): Promise<{ ceiling: number; gaps: Range[] }> {
  const result = await db.query<{ ceiling: number; from: number | null; to: number | null }>(
    `with recent as (select position from ${table} order by position desc limit $1),
          steps as (select position, lag(position) over (order by position) as previous from recent),
          gap as (select previous + 1 as low, position - 1 as high from steps where position > previous + 1)
     select ceiling::float8 as ceiling, low::float8 as "from", high::float8 as "to"
       from (select coalesce(max(position), 0) as ceiling from recent) as head left join gap on true order by low`,
    [START_WINDOW],
  );
  const gaps = result.rows.flatMap((row) =>
    row.from === null || row.to === null ? [] : [{ from: row.from, to: row.to }],
  );
  return { ceiling: result.rows[0]?.ceiling ?? 0, gaps };
}
