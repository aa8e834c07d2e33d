import type { Queryable } from '@skelly/events/follow';
import type pg from 'pg';

/**
 * Queries that give up in time. A connection whose other side vanished without a word would otherwise keep its reader
 * waiting for hours; the pool drops a connection whose query failed so.
 */
export function boundQueries(pool: Pick<pg.Pool, 'query'>, timeoutMs: number): Queryable {
  return {
    query<Row extends pg.QueryResultRow>(text: string, values: unknown[] = []) {
      const query: pg.QueryConfig & { query_timeout: number } = { text, values, query_timeout: timeoutMs };
      return pool.query<Row>(query);
    },
  };
}
