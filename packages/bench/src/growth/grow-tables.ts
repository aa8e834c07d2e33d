import type { LabDatabase } from '../harness/lab';
import { COUNT_BATCH_ID, countedData } from '../workload/counted';

export const GROWN_ROWS = 2_000_000;
const CHUNK = 250_000;

/**
 * Fills history and processing log as so many handled events would have, in the partitions that are written now. Rows come
 * in the order of their ids, as they do in life.
 *
 * @param options.subjects among which the events are divided evenly. @defaultValue 1000
 * @throws Error when they do not lie in the partition of a new event.
 */
export async function growTables(database: LabDatabase, rows: number, { subjects = 1_000 } = {}): Promise<void> {
  const { padding } = countedData(0);
  for (let first = 0; first < rows; first += CHUNK) {
    await database.pool.query(
      `with written as (
         insert into event_history (event_id, type, version, source_module, subject, data, actor, correlation_id, occurred_at)
         select uuidv7(), 'bench:counted', 1, 'bench', 'user:user-' || lpad((nth % $4::int)::text, 4, '0'),
           jsonb_build_object('userId', 'user-' || lpad((nth % $4)::text, 4, '0'), 'amount', 1, 'padding', $3::text),
           'system', uuidv7(), now()
         from generate_series($1::int, $1::int + $2::int - 1) as nth
         returning event_id
       )
       insert into event_processing_log (event_id, handler, status, queue, attempt, worker, started_at, finished_at)
       select event_id, '${COUNT_BATCH_ID}', 'finished', 'main', 1, 'bench', now(), now() from written`,
      [first, Math.min(CHUNK, rows - first), padding, subjects],
    );
  }
  await database.pool.query('vacuum analyze event_history');
  await database.pool.query('vacuum analyze event_processing_log');
  for (const table of ['event_history', 'event_processing_log']) {
    const { rows: partitions } = await database.pool.query<{ partition: string; rows: number }>(
      `select tableoid::regclass::text as partition, count(*)::int as rows from ${table}
       where event_id > uuid_floor(now() - interval '1 day') group by 1 order by 2 desc`,
    );
    if (partitions.length !== 1)
      throw new Error(
        `The rows of ${table} lie in ${partitions.length} partitions: a week ends now. Run it again later.`,
      );
  }
}
