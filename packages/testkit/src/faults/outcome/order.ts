import type pg from 'pg';
import { stepped } from '../contracts';
import type { Recorder } from '../recorder';
import { type Problem, unlessZero } from './problems';

/** Whether the steps of each user came to their handlers in order, as what was committed and as the outside saw it. */
export async function checkOrder(db: pg.Pool, recorder: Recorder): Promise<readonly Problem[]> {
  const { rows } = await db.query<{ what: string }>(
    `select event_id || ' after ' || before as what
     from (select event_id, position, lag(position) over (partition by user_id order by id) as before from faults_followed) as steps
     where position < before`,
  );
  const { rows: ordered } = await db.query<{ handler: string }>('select handler from event_route where type = $1', [
    stepped.type,
  ]);
  const overtaken = recorder.overtaken.filter((name) => ordered.some(({ handler }) => name.endsWith(` ${handler}`)));
  return [
    ...unlessZero('wrong', 'steps that were followed after a later one', rows.length, rows[0]?.what),
    ...unlessZero('wrong', 'steps that the outside was told of after a later one', overtaken.length, overtaken[0]),
  ];
}
