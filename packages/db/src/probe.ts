import pg from 'pg';
import { connectionConfig, type DatabaseOptions } from './database';

/** Looks whether Postgres answers. */
export interface DatabaseProbe {
  /**
   * Resolves when Postgres answers a statement now: within six seconds, three of them for a connection.
   *
   * @throws the database's error, or that it did not answer.
   */
  ask(): Promise<void>;
  /** Ends its connection once a question under way has its answer. */
  close(): Promise<void>;
}

/** Milliseconds that the statement may take. */
const ANSWERS_WITHIN_MS = 3_000;

/**
 * A probe with one connection of its own, opened at the first question: a pool whose connections are all at work is busy, and Postgres is
 * not away.
 *
 * @param text what is asked. @defaultValue `select 1`
 */
export function createDatabaseProbe(
  options: Pick<DatabaseOptions, 'url' | 'applicationName' | 'onConnectionError'>,
  text = 'select 1',
): DatabaseProbe {
  const pool = new pg.Pool({ ...connectionConfig(options), max: 1, query_timeout: ANSWERS_WITHIN_MS });
  pool.on('error', options.onConnectionError);
  pool.on('connect', (client) => client.on('error', options.onConnectionError));
  return {
    async ask() {
      await pool.query(text);
    },
    close: () => pool.end(),
  };
}
