import type pg from 'pg';
import { v5 as uuidv5 } from 'uuid';
import type { Recorder } from '../recorder';
import { type Problem, unlessZero } from './problems';

/** Whether the outside saw every finished effect at least once, under its one key, and never two at once. */
export async function checkEffects(db: pg.Pool, recorder: Recorder): Promise<readonly Problem[]> {
  const { rows } = await db.query<{ name: string }>(
    `select event_id || ' ' || log.handler as name from event_processing_log as log
     join event_route as route on route.handler = log.handler where route.kind = 'effect' and status = 'finished'`,
  );
  const unseen = rows.filter(({ name }) => !recorder.effects.get(name)?.ended);
  const seen = [...recorder.effects];
  const foreign = seen.filter(
    ([, { eventId, handler, keys }]) => keys.size !== 1 || !keys.has(uuidv5(handler, eventId)),
  );
  const overlapping = seen.filter(([, { atOnce }]) => atOnce > 1);
  return [
    ...unlessZero('lost', 'effects finished that the outside never saw', unseen.length, unseen[0]?.name),
    ...unlessZero('wrong', 'effects under another key than their own', foreign.length, foreign[0]?.[0]),
    ...unlessZero('twice', 'effects of which two ran at once', overlapping.length, overlapping[0]?.[0]),
  ];
}

/** Effects that the outside saw more than once, which is allowed. */
export function countRepeats(recorder: Recorder): number {
  return [...recorder.effects.values()].filter(({ begun }) => begun > 1).length;
}
