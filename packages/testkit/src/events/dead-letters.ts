import type { Database } from '@skelly/db';

/** A delivery that was given up. */
interface Dead {
  readonly type: string;
  readonly handler: string | null;
  readonly error: string;
}

// Of the event and of what came of it; what was emitted before it in the same context is not its doing.
const DEAD = `
  select event.type, dead.handler, dead.error
  from event_history as own
  join event_history as event on event.correlation_id = own.correlation_id and event.position >= own.position
  join event_dead_letter as dead on dead.event_id = event.event_id and dead.resolved_at is null
  where own.event_id = $1 order by dead.id`;

/** What one message lists at most. */
const SHOWN = 10;

/**
 * Expects that so many deliveries of an event, and of those that came of it, are open dead letters.
 *
 * @throws Error that lists them, each with its handler and error.
 */
export async function expectDeadLetters(database: Database, eventId: string, count: number): Promise<void> {
  const { rows } = await database.pool.query<Dead>(DEAD, [eventId]);
  if (rows.length === count) return;
  const lines = rows
    .slice(0, SHOWN)
    .map(({ type, handler, error }) => `\n  ${type}${handler ? ` for ${handler}` : ''}: ${error}`);
  const more = rows.length > SHOWN ? `\n  and ${rows.length - SHOWN} more` : '';
  throw new Error(
    `Expected ${count} dead letters of the event and of what came of it; there are ${rows.length}.${lines.join('')}${more}`,
  );
}
