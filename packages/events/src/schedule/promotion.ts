import { type Database, sqlState } from '@skelly/db';
import type pg from 'pg';
import type { Committed } from '../hints/notifier';
import { columnParameters } from '../unit-of-work/array-parameter';
import type { UnitWrites } from '../unit-of-work/buffer';
import { BEGIN, COMMIT, type NamedStatement, queryTogether } from '../unit-of-work/round-trip';
import { finalWrites } from '../unit-of-work/write';

// The transaction is short, and should its process die, ends by itself.
const BEGINNING: readonly NamedStatement[] = [
  BEGIN,
  {
    name: 'promote-bounds',
    text: `select set_config('statement_timeout', '15000', true), set_config('lock_timeout', '5000', true), set_config('idle_in_transaction_session_timeout', '5000', true)`,
  },
];

/** What to do with what was claimed. */
export interface Decision<Outcome> {
  /** The events that it became. */
  readonly writes: UnitWrites;
  /** What has to be written besides, each in the same transaction. */
  readonly statements: readonly NamedStatement[];
  readonly outcome: Outcome;
}

/** Postgres does not take what was decided: a value that no column or index takes. What was claimed is as it was. */
export class ClaimRefused extends Error {
  constructor(
    readonly keys: readonly string[],
    override readonly cause: unknown,
  ) {
    super('What was claimed could not be written.');
  }
}

/** Class 22, data exception; 54, limits. */
function isOfData(error: unknown): boolean {
  return /^(22|54)/.test(sqlState(error) ?? '');
}

/**
 * One transaction in two round trips: claims rows, decides, writes. If it ends half way, all of them are as they were.
 *
 * @param options.claim locks rows, and skips those that another process has.
 * @returns the outcome, what the commit made known, and the types of the events that it wrote.
 * @throws ClaimRefused when Postgres does not take what was decided; the database's error otherwise.
 */
export async function promote<Row extends pg.QueryResultRow & { readonly key: string }, Outcome>(
  database: Database,
  options: { claim: NamedStatement; decide: (rows: readonly Row[]) => Decision<Outcome> },
): Promise<Outcome & { readonly committed: Committed; readonly types: readonly string[] }> {
  const client = await database.pool.connect();
  let broken: Error | undefined;
  let keys: readonly string[] = [];
  try {
    const claimed = await queryTogether(client, [...BEGINNING, options.claim]);
    const rows = (claimed.at(-1)?.rows ?? []) as Row[];
    keys = rows.map(({ key }) => key);
    const { writes, statements, outcome } = options.decide(rows);
    const final = finalWrites(writes);
    const results = await queryTogether(client, [...final.statements, ...statements, COMMIT]);
    const types = writes.events.map(({ type }) => type);
    return { ...outcome, committed: final.readCommitted(results), types };
  } catch (error) {
    await client.query('rollback').catch((failure: Error) => {
      broken = failure;
    });
    throw keys.length > 0 && isOfData(error) ? new ClaimRefused(keys, error) : error;
  } finally {
    client.release(broken);
  }
}

/** A timer or a recurring schedule that can never fire. */
export interface DeadTimer {
  readonly key: string;
  readonly envelope: unknown;
  readonly type: string | null;
  readonly reason: string;
  readonly error: string;
}

/** Keeps what can never fire as dead letters, with its envelope as the body. */
export function buryTimers(dead: readonly DeadTimer[]): readonly NamedStatement[] {
  if (dead.length === 0) return [];
  const rows = dead.map(({ key, envelope, type, reason, error }) => [
    key,
    JSON.stringify(envelope),
    type,
    reason,
    error,
  ]);
  return [
    {
      name: 'timers-bury',
      text: `
        insert into event_dead_letter (message_id, body, type, reason, error)
        select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[])`,
      values: columnParameters(['text', 'text', 'text', 'text', 'text'], rows),
    },
  ];
}
