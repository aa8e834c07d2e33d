import { eventRoute, type Queries } from '@skelly/db';
import { and, isNull, notInArray, sql } from 'drizzle-orm';
import { type HandlerRegistry, queueOf } from '../handlers/registry';

/**
 * Makes a process' handlers known to the relays: events emitted after this go to them. A handler that has moved to
 * another queue moves at once; one that was retired comes back.
 */
export async function registerRoutes(queries: Queries, registry: HandlerRegistry): Promise<void> {
  if (registry.all.length === 0) return;
  await queries
    .insert(eventRoute)
    .values(
      registry.all.map((handler) => ({
        type: handler.on.type,
        handler: handler.id,
        queue: queueOf(handler),
        // A batch is a way to run, not another promise.
        kind: handler.kind === 'effect' ? ('effect' as const) : ('handle' as const),
        sincePosition: sql`(select case when is_called then last_value else 0 end from event_position)`,
      })),
    )
    .onConflictDoUpdate({
      target: [eventRoute.type, eventRoute.handler],
      set: {
        queue: sql`excluded.queue`,
        kind: sql`excluded.kind`,
        // What was emitted while it was retired is not for it.
        sincePosition: sql`case when ${eventRoute.retiredAt} is null then ${eventRoute.sincePosition} else excluded.since_position end`,
        retiredAt: null,
      },
      setWhere: sql`(${eventRoute.queue}, ${eventRoute.kind}) is distinct from (excluded.queue, excluded.kind) or ${eventRoute.retiredAt} is not null`,
    });
}

/** Ends the routes of handlers that a process no longer has. For development, where one process has them all. @returns their ids. */
export async function retireOtherRoutes(queries: Queries, registry: HandlerRegistry): Promise<readonly string[]> {
  const ids = registry.all.map((handler) => handler.id);
  const retired = await queries
    .update(eventRoute)
    .set({ retiredAt: sql`now()` })
    .where(and(isNull(eventRoute.retiredAt), notInArray(eventRoute.handler, ids)))
    .returning({ handler: eventRoute.handler });
  return retired.map(({ handler }) => handler);
}
