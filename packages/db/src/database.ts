import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import { prepare } from './prepare';

/**
 * Runs queries: the pool's outside a transaction, or a transaction's own. Transactions are units of work; drizzle's own would not
 * know whose connection it is on.
 */
export type Queries = Omit<NodePgDatabase, 'transaction'>;

/** A process' way to Postgres. */
export interface Database {
  readonly pool: pg.Pool;
  readonly queries: Queries;
  /** Ends every connection once its work is done. */
  close(): Promise<void>;
}

export interface DatabaseOptions {
  readonly url: string;
  /** Connections at most. @defaultValue 10 */
  readonly max?: number;
  /** Milliseconds after which a query that finds no connection free, or gets no new one, fails as unavailable. @defaultValue 3000 */
  readonly connectTimeoutMs?: number;
  /**
   * Milliseconds after which a query that the server does not answer fails as unavailable: a server that froze keeps its
   * connections. More than any statement may take. @defaultValue 20000
   */
  readonly queryTimeoutMs?: number;
  /** Shown in `pg_stat_activity`. */
  readonly applicationName: string;
  /** Told of a connection that broke, perhaps twice; the pool replaces it, and a query that was under way fails by itself. */
  readonly onConnectionError: (error: Error) => void;
}

const INT8 = 20;
const CONNECT_TIMEOUT_MS = 3_000;

/** Settings of every connection of ours, pooled or direct. */
export function connectionConfig(options: Pick<DatabaseOptions, 'url' | 'applicationName'>): pg.ClientConfig {
  // Positions, offsets and counts are numbers here: they stay below 2^53. Set for all, as drizzle asks no other place.
  pg.types.setTypeParser(INT8, Number);
  return {
    connectionString: options.url,
    application_name: options.applicationName,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
  };
}

/**
 * Opens a pool; connects when first used. Nothing that lives longer than a transaction is set on its connections, so a
 * transaction pooler may stand between.
 */
export function createDatabase(options: DatabaseOptions): Database {
  const pool = new pg.Pool({
    ...connectionConfig(options),
    max: options.max ?? 10,
    connectionTimeoutMillis: options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS,
    idleTimeoutMillis: 30_000,
    query_timeout: options.queryTimeoutMs ?? 20_000,
  });
  // An idle connection reports to the pool, one at work to nobody but its own listeners: without one it would end the process.
  pool.on('error', options.onConnectionError);
  pool.on('connect', (client) => client.on('error', options.onConnectionError));
  const preparing = { query: (query: pg.QueryConfig, values: unknown[]) => pool.query(prepare(query, values), values) };
  return { pool, queries: drizzle(preparing as unknown as pg.Pool), close: () => pool.end() };
}
