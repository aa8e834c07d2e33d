import type pg from 'pg';
import { queryTogether } from './unit-of-work/round-trip';

/** What the planner is not to do, where it cannot know better. */
export const AVOID = {
  /** Whole tables, though so far they are small. */
  SCANS: ['enable_seqscan'],
  /** Sorting all of a backlog instead of reading its beginning by the index: it takes what filters leave for next to nothing. */
  SORTS: ['enable_sort', 'enable_bitmapscan', 'enable_seqscan'],
} as const;

/** Runs a statement that is planned for its values, while the planner avoids something. @throws the database's error */
export async function queryUnder<Row extends pg.QueryResultRow>(
  pool: pg.Pool,
  avoid: readonly string[],
  { text, values }: { readonly text: string; readonly values: unknown[] },
): Promise<readonly Row[]> {
  const settings = avoid.map((setting) => `set_config('${setting}', 'off', true)`).join(', ');
  const statements = [
    { text: `select ${settings}`, queryMode: 'extended' },
    { text, values, queryMode: 'extended' },
  ];
  const client = await pool.connect();
  try {
    const [, result] = await queryTogether(client, statements);
    client.release();
    return result?.rows as Row[];
  } catch (error) {
    client.release(error as Error);
    throw error;
  }
}
