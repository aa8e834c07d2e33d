import type pg from 'pg';
import { type Problem, unlessZero } from './problems';

const FINISHED = (handler: string) =>
  `(select event.event_id, event.data ->> 'userId' as user_id, (event.data ->> 'amount')::bigint as amount
    from event_history as event join event_processing_log as done using (event_id)
    where done.handler = '${handler}' and done.status = 'finished')`;

/** Users whose total is not the sum of the amounts that the handler has finished; the difference tells the kind. */
const totals = (handler: string) => `
  select coalesce(user_id, expected.user_id) as what, coalesce(total, 0) - coalesce(sum, 0) as off
  from (select user_id, total from faults_total where handler = '${handler}') as found
  full join (select user_id, sum(amount) from ${FINISHED(handler)} as done group by user_id) as expected using (user_id)
  where coalesce(total, 0) <> coalesce(sum, 0)`;

const SUMS: readonly { what: string; rows: string }[] = [
  { what: 'users whose total is off', rows: totals('faults.total') },
  { what: 'users whose total of batches is off', rows: totals('faults.batch-total') },
  { what: 'users whose total of entries is off', rows: totals('faults.entered-total') },
  {
    what: 'events whose ledger rows are off',
    rows: `select event_id::text as what, coalesce(entries, 0) - (done.event_id is not null)::int as off
           from (select event_id, count(*)::int as entries from faults_ledger group by event_id) as ledger
           full join ${FINISHED('faults.ledger')} as done using (event_id)
           where coalesce(entries, 0) <> (done.event_id is not null)::int`,
  },
  {
    what: 'events whose ledger entry was not told of exactly once',
    rows: `select done.event_id::text as what, count(told.event_id) - 1 as off
           from ${FINISHED('faults.ledger')} as done
           left join event_history as told on told.causation_id = done.event_id and told.type = 'faults:entered'
           group by done.event_id having count(told.event_id) <> 1`,
  },
  {
    what: 'steps that were not followed exactly once',
    rows: `select event_id::text as what, coalesce(steps, 0) - (done.event_id is not null)::int as off
           from (select event_id, count(*)::int as steps from faults_followed group by event_id) as followed
           full join ${FINISHED('faults.follow')} as done using (event_id)
           where coalesce(steps, 0) <> (done.event_id is not null)::int`,
  },
  {
    what: 'statements that took effect after their unit of work was revoked',
    rows: 'select event_id::text as what, 1 as off from faults_forbidden',
  },
];

/** Whether what handlers did in Postgres is exactly what their finished deliveries say. */
export async function checkSums(db: pg.Pool): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  for (const { what, rows } of SUMS) {
    const { rows: off } = await db.query<{ what: string; off: string | number }>(rows);
    const isOver = off.some((row) => Number(row.off) > 0);
    const examples = off.slice(0, 3).map((row) => `${row.what} by ${row.off}`);
    problems.push(...unlessZero(isOver ? 'twice' : 'lost', what, off.length, examples.join('; ')));
  }
  return problems;
}
