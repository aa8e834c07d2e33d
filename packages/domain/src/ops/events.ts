import { eventHistory, type Queries } from '@skelly/db';
import type { HandlerStatus, OpsEvent, OpsEventsResponse, OpsEventWay } from '@skelly/types/ops';
import { and, desc, eq, lt, sql } from 'drizzle-orm';
import { readLogPosition } from '../live';

const summary = {
  position: eventHistory.position,
  eventId: eventHistory.eventId,
  type: eventHistory.type,
  version: eventHistory.version,
  subject: eventHistory.subject,
  sourceModule: eventHistory.sourceModule,
  actor: eventHistory.actor,
  correlationId: eventHistory.correlationId,
  causationId: eventHistory.causationId,
  occurredAt: eventHistory.occurredAt,
};

/** One routed handler's way with one event. */
interface WayRow extends Record<string, unknown> {
  readonly eventId: string;
  readonly handler: string;
  readonly queue: string;
  readonly status: HandlerStatus;
  readonly attempt: number;
  readonly relayedAt: string | null;
  readonly receivedAt: string | null;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  readonly error: string | null;
}

/** Pages of the log, newest first, each event with how far its handlers are. */
export async function listEvents(
  queries: Queries,
  page: { limit: number; before?: number | undefined; type?: string | undefined },
): Promise<OpsEventsResponse> {
  const stream = await readLogPosition(queries);
  const rows = await queries
    .select(summary)
    .from(eventHistory)
    .where(
      and(
        page.before === undefined ? undefined : lt(eventHistory.position, page.before),
        page.type ? sql`${eventHistory.type} like ${`${page.type}%`}` : undefined,
      ),
    )
    .orderBy(desc(eventHistory.position))
    .limit(page.limit + 1);
  const shown = rows.slice(0, page.limit);
  const ways = await waysOf(
    queries,
    shown.map((row) => row.eventId),
  );
  const items = shown.map(
    (row): OpsEvent => ({
      ...row,
      occurredAt: row.occurredAt.toISOString(),
      handlers: ways
        .filter((way) => way.eventId === row.eventId)
        .map(({ handler, status, attempt }) => ({ handler, status, attempt })),
    }),
  );
  return { items, nextBefore: rows.length > page.limit ? (items.at(-1)?.position ?? null) : null, stream };
}

/** One event with its data and its whole way, or null when the log does not have it. */
export async function findEventWay(queries: Queries, eventId: string): Promise<OpsEventWay | null> {
  const [row] = await queries
    .select({ ...summary, data: eventHistory.data })
    .from(eventHistory)
    .where(eq(eventHistory.eventId, eventId));
  if (!row) return null;
  const ways = await waysOf(queries, [eventId]);
  return {
    ...row,
    occurredAt: row.occurredAt.toISOString(),
    handlers: ways.map(({ eventId: _event, ...way }) => way),
  };
}

/** Routed handlers, and retired ones that have worked on the event. */
async function waysOf(queries: Queries, eventIds: readonly string[]): Promise<readonly WayRow[]> {
  if (eventIds.length === 0) return [];
  const iso = (column: string) => sql.raw(`to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`);
  const ids = sql.param(eventIds);
  const { rows } = await queries.execute<WayRow>(sql`
    with event as (
      select event_id, type, position from event_history where event_id = any(${ids}::uuid[])
    ), handled as (
      select event.event_id, route.handler from event join event_route as route
        on route.type = event.type and route.retired_at is null and route.since_position < event.position
      union
      select event_id, handler from event_processing_log where event_id = any(${ids}::uuid[])
    ), tried as (
      select distinct on (event_id, handler) event_id, handler, attempt, error_message
      from event_attempt where event_id = any(${ids}::uuid[]) order by event_id, handler, attempt desc
    )
    select handled.event_id as "eventId", handled.handler, coalesce(log.queue, route.queue) as queue,
      case
        when log.status = 'finished' then 'finished'
        when dead.id is not null then 'dead'
        when log.status = 'running' then 'running'
        when waiting.kind = 'retry' then 'retrying'
        else 'waiting'
      end as status,
      coalesce(log.attempt, tried.attempt, 0)::int as attempt,
      ${iso('log.relayed_at')} as "relayedAt", ${iso('log.received_at')} as "receivedAt",
      ${iso('log.started_at')} as "startedAt", ${iso('log.finished_at')} as "finishedAt",
      tried.error_message as error
    from handled
    join event using (event_id)
    left join event_processing_log as log using (event_id, handler)
    left join tried using (event_id, handler)
    left join event_schedule as waiting using (event_id, handler)
    left join event_route as route on route.type = event.type and route.handler = handled.handler
    left join event_dead_letter as dead on dead.event_id = handled.event_id and dead.handler = handled.handler and dead.resolved_at is null
    order by handled.event_id, log.started_at nulls last, handled.handler`);
  return rows;
}
