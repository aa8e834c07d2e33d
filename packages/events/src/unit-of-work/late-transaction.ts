import type pg from 'pg';
import { BEGIN, type NamedStatement, queryTogether } from './round-trip';

/** A transaction that costs its first statement no round trip more. */
export interface LateTransaction {
  readonly client: { query(statement: string | pg.QueryConfig, values?: unknown[]): Promise<pg.QueryResult> };
  /** Whether anything has been sent. */
  readonly begun: boolean;
  /** Why the first statement has failed, if it has: then it is not known whether the transaction began, and nothing more is sent in it. */
  readonly failure: unknown;
  /** Resolves when no statement is under way: what ends the transaction must not overtake one. Never rejects. */
  settled(): Promise<void>;
}

/**
 * Begins a transaction in the round trip of its first statement.
 *
 * @param settings follow BEGIN.
 */
export function beginLate(connection: pg.ClientBase, settings: NamedStatement): LateTransaction {
  let begun = false;
  let failure: unknown;
  /** Resolves when the first statement has ended: what was asked for meanwhile follows it. */
  let beginning: Promise<unknown> | undefined;
  const underWay = new Set<Promise<unknown>>();

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

  async function runNext(statement: string | pg.QueryConfig, values?: unknown[]): Promise<pg.QueryResult> {
    await beginning;
    if (failure !== undefined) throw failure;
    return connection.query(statement as pg.QueryConfig, values);
  }

  return {
    client: {
      query(statement, values) {
        const first = begin();
        const running =
          first.length > 0
            ? runFirst(first, typeof statement === 'string' ? { text: statement } : statement, values)
            : runNext(statement, values);
        if (first.length > 0)
          beginning = running.catch((error) => {
            failure = error;
          });
        const forget = () => void underWay.delete(ended);
        const ended: Promise<void> = running.then(forget, forget);
        underWay.add(ended);
        return running;
      },
    },
    get begun() {
      return begun;
    },
    get failure() {
      return failure;
    },
    async settled() {
      while (underWay.size > 0) await Promise.all(underWay);
    },
  };
}
