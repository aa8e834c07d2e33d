import { setTimeout as delay } from 'node:timers/promises';
import type { Database } from '@skelly/db';

/** One delivery that is not done yet. */
interface Left {
  readonly type: string;
  readonly handler: string | null;
  readonly state: string;
}

// Timers, and retries that were put off for longer than a test waits, are a later time's.
const LEFT = `
  select coalesce(history.type, 'an event that history does not have') as type, pointer.handler, 'is not sent yet' as state
  from event_outbox as pointer left join event_history as history using (event_id)
  union all
  select coalesce(history.type, waiting.envelope ->> 'type'), waiting.handler,
    'waits until ' || to_char(waiting.due_at at time zone 'UTC', 'HH24:MI:SS.MS') || coalesce(': ' || waiting.reason, '')
  from event_schedule as waiting left join event_history as history using (event_id)
  where waiting.kind in ('retry', 'parked') or (waiting.kind = 'timer' and waiting.due_at <= clock_timestamp())
  union all
  select history.type, route.handler, case when log.status is null then 'is in the queue ' || route.queue || ', or at a worker' else 'runs' end
  from event_history as history
  join event_route as route on route.type = history.type and history.position > route.since_position and route.retired_at is null
  left join event_processing_log as log on log.event_id = history.event_id and log.handler = route.handler
  where log.status is distinct from 'finished'
    and not exists (select from event_outbox as pointer where pointer.event_id = history.event_id)
    and not exists (select from event_schedule as waiting where waiting.event_id = history.event_id and waiting.handler = route.handler)
    and not exists (select from event_dead_letter as dead
      where dead.event_id = history.event_id and dead.handler = route.handler and dead.resolved_at is null)`;

/** What one message lists at most. */
const SHOWN = 10;

/** Waits until nothing is left to send or to handle. @throws Error that lists what is. */
export async function untilDrained(database: Database, withinMs: number): Promise<void> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const { rows } = await database.pool.query<Left>(LEFT);
    if (rows.length === 0) return;
    if (performance.now() > deadline) throw new Error(explain(rows, withinMs));
    await delay(10);
  }
}

function explain(left: readonly Left[], withinMs: number): string {
  const lines = left
    .slice(0, SHOWN)
    .map(({ type, handler, state }) => `  ${type}${handler ? ` for ${handler}` : ''} ${state}`);
  const more = left.length > SHOWN ? `\n  and ${left.length - SHOWN} more` : '';
  return `After ${withinMs} ms there is still something left. Is a worker with these handlers running?\n${lines.join('\n')}${more}`;
}
