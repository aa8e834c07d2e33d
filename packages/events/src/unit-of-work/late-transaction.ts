import type pg from 'pg';
import { BEGIN, type NamedStatement, queryTogether } from './round-trip';

/** A transaction that costs its first statement no round trip more. */
export interface LateTransaction {
  readonly client: { query(statement: string | pg.QueryConfig, values?: unknown[]): Promise<pg.QueryResult> };
  /** Whether anything has been sent. */
  readonly begun: boolean;
  /** What begins it, when nothing has yet: goes first in a round trip of the caller's own. */
  begin(): readonly NamedStatement[];
}

/**
 * Begins a transaction in the round trip of its first statement.
 *
 * @param settings follow BEGIN.
 */
export function beginLate(connection: pg.ClientBase, settings: NamedStatement): LateTransaction {
  let begun = false;
  /** Resolves when the first statement has ended: what was asked for meanwhile follows it. */
  let beginning: Promise<unknown> | undefined;

  function begin(): readonly NamedStatement[] {
    if (begun) return [];
    begun = true;
    return [BEGIN, settings];
  }

  async function runFirst(first: readonly NamedStatement[], statement: pg.QueryConfig, given?: unknown[]) {
    const values = given ?? statement.values;
    if (statement.name || values?.length) {
      const extended = { ...statement, values, queryMode: 'extended' };
      return (await queryTogether(connection, [...first, extended])).at(-1) as pg.QueryResult;
    }
    // Without values it may be several statements, which a prepared one never is.
    await queryTogether(connection, first);
    return connection.query(statement);
  }

  return {
    client: {
      async query(statement, values) {
        const first = begin();
        if (first.length === 0) {
          await beginning;
          return connection.query(statement as pg.QueryConfig, values);
        }
        const running = runFirst(first, typeof statement === 'string' ? { text: statement } : statement, values);
        beginning = running.catch(() => undefined);
        return running;
      },
    },
    get begun() {
      return begun;
    },
    begin,
  };
}
