import pg from 'pg';

/** A statement that is prepared once a connection, under its name. */
export type NamedStatement = pg.QueryConfig & { readonly name: string };

/** What node-postgres calls on a query as the server's answers arrive; `pg.Query` has them all, its types have not. */
interface WireQuery {
  readonly name?: string;
  readonly text: string;
  submit(connection: WireConnection): Error | null;
  handleRowDescription(message: unknown): void;
  handleDataRow(message: unknown): void;
  handleCommandComplete(message: unknown, connection: WireConnection): void;
  handleReadyForQuery(connection: WireConnection): void;
  handleError(error: Error, connection: WireConnection): void;
}

interface WireConnection {
  readonly stream: { cork(): void; uncork(): void; destroy(): void };
  /** Statements whose Parse was sent and not yet answered, by name. */
  readonly submittedNamedStatements: Record<string, string>;
  sync(): void;
}

type Answer = (error: Error | null, results?: pg.QueryResult[]) => void;

const unsyncedConnections = new WeakMap<WireConnection, WireConnection>();

/** The connection as a query sees it that is not the last of its round trip. */
function withoutSync(connection: WireConnection): WireConnection {
  let unsynced = unsyncedConnections.get(connection);
  if (!unsynced) {
    unsynced = Object.create(connection, { sync: { value: () => undefined } }) as WireConnection;
    unsyncedConnections.set(connection, unsynced);
  }
  return unsynced;
}

/**
 * Several prepared statements under one Sync. The server runs them in turn; after an error it skips the rest, so a `commit`
 * at the end happens only when all before it succeeded. Outside a transaction they are one, which ends with the Sync.
 * Composed of node-postgres' own queries, which do not know that they share it.
 */
class RoundTrip {
  callback: Answer | undefined;
  private readonly queries: readonly WireQuery[];
  private readonly results: pg.QueryResult[] = [];
  private answered = 0;
  /** A value that could not be sent, or one that could not be read. */
  private failed: Error | undefined;

  constructor(statements: readonly pg.QueryConfig[]) {
    const keep = (error: Error | undefined, result: pg.QueryResult) => {
      if (error) this.failed ??= error;
      else this.results.push(result);
    };
    this.queries = statements.map((statement) => new pg.Query(statement, keep) as unknown as WireQuery);
  }

  private get current(): WireQuery {
    return this.queries[this.answered] as WireQuery;
  }

  // The client reads both when a Parse was answered, and the name at an error, which may come when all have been answered:
  // the server was shut down, or what a constraint had deferred until the Sync does not hold.
  get name(): string | undefined {
    return this.queries[this.answered]?.name;
  }
  get text(): string | undefined {
    return this.queries[this.answered]?.text;
  }

  submit(connection: WireConnection): Error | null {
    const unsynced = withoutSync(connection);
    connection.stream.cork();
    try {
      for (const query of this.queries) {
        const refused = query.submit(unsynced);
        this.failed ??= refused ?? undefined;
      }
      // Without its Sync nothing of it lasts.
      if (this.failed) connection.stream.destroy();
      else connection.sync();
    } finally {
      connection.stream.uncork();
    }
    return null;
  }

  handleRowDescription(message: unknown): void {
    this.current.handleRowDescription(message);
  }

  handleDataRow(message: unknown): void {
    this.current.handleDataRow(message);
  }

  handleCommandComplete(message: unknown, connection: WireConnection): void {
    const query = this.current;
    query.handleCommandComplete(message, connection);
    query.handleReadyForQuery(connection);
    this.answered += 1;
  }

  handleReadyForQuery(): void {
    this.callback?.(this.failed ?? null, this.results);
  }

  handleError(error: Error, connection: WireConnection): void {
    // The server has skipped them: they are not prepared.
    for (const { name } of this.queries.slice(this.answered)) {
      if (name) delete connection.submittedNamedStatements[name];
    }
    this.callback?.(this.failed ?? error);
  }
}

/**
 * Runs prepared statements in one round trip, one after the other, until one fails. Each is prepared under its name, or for once
 * with `queryMode: 'extended'`. Outside a transaction
 * they are a transaction of their own: all or nothing.
 *
 * @returns their results, in order.
 * @throws the first error; what follows it did not run.
 */
export function queryTogether(
  client: pg.ClientBase,
  statements: readonly pg.QueryConfig[],
): Promise<readonly pg.QueryResult[]> {
  return new Promise((resolve, reject) => {
    const roundTrip = new RoundTrip(statements);
    roundTrip.callback = (error, results) => (error ? reject(error) : resolve(results as pg.QueryResult[]));
    client.query(roundTrip as unknown as pg.Submittable);
  });
}

export const BEGIN: NamedStatement = { name: 'begin', text: 'begin' };
export const COMMIT: NamedStatement = { name: 'commit', text: 'commit' };

/** What {@link PLAN_BY_INDEX} selects; for statements that set more. */
export const BY_INDEX = `set_config('enable_seqscan', 'off', true), set_config('plan_cache_mode', 'force_generic_plan', true)`;

/**
 * Has what follows in the transaction find its rows by index, by a plan that is made once a connection. Left to itself Postgres
 * makes plans for small tables, which read all of them and are kept when the tables have grown (those of the backbone begin small
 * every week, with their partitions); or it makes one for each execution, which takes ten times as long as the statement.
 */
export const PLAN_BY_INDEX: NamedStatement = { name: 'plan-by-index', text: `select ${BY_INDEX}` };
/** Ends {@link PLAN_BY_INDEX} within the transaction: a handler's own statements are planned as Postgres does by itself. */
export const PLAN_FREELY: NamedStatement = {
  name: 'plan-freely',
  text: `select set_config('enable_seqscan', 'on', true), set_config('plan_cache_mode', 'auto', true)`,
};

/**
 * Runs one statement planned by index, in the client's transaction or, by a pool, in one of its own.
 *
 * @param lock runs before it, so that the statement sees what happened until the lock was had.
 * @throws the database's error.
 */
export async function queryByIndex<Row extends pg.QueryResultRow>(
  where: pg.Pool | pg.ClientBase,
  statement: NamedStatement,
  lock?: NamedStatement,
): Promise<pg.QueryResult<Row>> {
  if (where instanceof pg.Pool) {
    const client = await where.connect();
    try {
      const result = await queryByIndex<Row>(client, statement, lock);
      client.release();
      return result;
    } catch (error) {
      client.release(error as Error);
      throw error;
    }
  }
  const results = await queryTogether(where, [PLAN_BY_INDEX, ...(lock ? [lock] : []), statement, PLAN_FREELY]);
  return results.at(-2) as pg.QueryResult<Row>;
}
