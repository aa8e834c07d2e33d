import type { LabDatabase } from '../harness/lab';

/** Causes among which the letters are divided. */
const CAUSES = 40;

/** Dead letters of events that the history has, each with an error of its own. */
export async function addDeadLetters(database: LabDatabase, letters: number): Promise<void> {
  await database.pool.query(
    `insert into event_dead_letter (event_id, handler, run, queue, type, reason, error, stack, attempts)
     select event_id, 'bench.handler-' || nth % $2, '00000000-0000-0000-0000-000000000000', 'main', type, 'attempts_exhausted',
       'order ' || nth || ' of ' || event_id || ' could not be shipped', repeat('at some place in the code ', 40), 3
     from (select event_id, type, row_number() over () as nth from event_history limit $1) as events`,
    [letters, CAUSES],
  );
  await database.pool.query('vacuum analyze event_dead_letter');
  await database.pool.query('vacuum analyze dead_letter_count');
}
