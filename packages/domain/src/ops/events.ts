import { eventHistory, LIVE_RUN, type Queries } from '@skelly/db';
import { DISCARDED_BY } from '@skelly/events';
import type {
  HandlerStatus,
  OpsEvent,
  OpsEventPush,
  OpsEventsQuery,
  OpsEventsResponse,
  OpsEventWay,
} from '@skelly/types/ops';
import { and, asc, desc, eq, lt, sql } from 'drizzle-orm';
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

/** One routed handler's way with one event, in one run. */
interface WayRow extends Record<string, unknown> {
  readonly eventId: string;
  readonly handler: string;
  readonly run: string;
  readonly queue: string;
  readonly status: HandlerStatus;
  readonly attempt: number;
  readonly relayedAt: string | null;
  readonly receivedAt: string | null;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  readonly waits: OpsEventWay['handlers'][number]['waits'];
  readonly failedTries: OpsEventWay['handlers'][number]['failedTries'];
}

/** Failed tries of one handler that a way shows at most. */
const MOST_TRIES = 20;

/** Pages of the log, newest first, each event with how far its handlers are. */
export async function listEvents(queries: Queries, page: OpsEventsQuery): Promise<OpsEventsResponse> {
  const stream = await readLogPosition(queries);
  const rows = await queries
    .select(summary)
    .from(eventHistory)
    .where(
      and(
        page.before === undefined ? undefined : lt(eventHistory.position, page.before),
        page.type ? sql`${eventHistory.type} like ${`${page.type}%`}` : undefined,
        page.subject === undefined ? undefined : eq(eventHistory.subject, page.subject),
        page.correlation === undefined ? undefined : eq(eventHistory.correlationId, page.correlation),
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
        .filter((way) => way.eventId === row.eventId && way.run === LIVE_RUN)
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
  const [ways, pushes, origin] = await Promise.all([
    waysOf(queries, [eventId]),
    pushesOf(queries, eventId),
    originOf(queries, row.correlationId),
  ]);
  return {
    ...row,
    occurredAt: row.occurredAt.toISOString(),
    origin: origin ?? { occurredAt: row.occurredAt.toISOString(), actor: row.actor },
    pushes,
    handlers: ways.flatMap(({ eventId: _event, run, ...way }) => (run === LIVE_RUN ? [way] : [])),
    replays: ways.flatMap(({ eventId: _event, run, ...way }) => (run === LIVE_RUN ? [] : [{ ...way, replay: run }])),
  };
}

/** The first event of a correlation that the log still has. */
async function originOf(queries: Queries, correlationId: string): Promise<OpsEventWay['origin'] | undefined> {
  const [first] = await queries
    .select({ occurredAt: eventHistory.occurredAt, actor: eventHistory.actor })
    .from(eventHistory)
    .where(eq(eventHistory.correlationId, correlationId))
    .orderBy(asc(eventHistory.position))
    .limit(1);
  return first && { occurredAt: first.occurredAt.toISOString(), actor: first.actor };
}

/** Messages that an event has put into channels, and who was shown them. */
async function pushesOf(queries: Queries, eventId: string): Promise<OpsEventPush[]> {
  const { rows } = await queries.execute<Omit<OpsEventPush, 'shown'> & NonNullable<OpsEventPush['shown']>>(sql`
    select m.channel, m."offset", ${iso('m.created_at')} as "pushedAt", seen.tabs, seen.members,
      ${iso('seen.first_at')} as "firstAt", ${iso('seen.last_at')} as "lastAt"
    from push_message as m, lateral (
      select count(*)::int as tabs, count(distinct user_id)::int as members, min(shown_at) as first_at, max(shown_at) as last_at
      from push_seen where channel = m.channel and "offset" = m."offset"
    ) as seen
    where m.event_id = ${eventId}
    order by m.channel`);
  return rows.map(({ channel, offset, pushedAt, ...shown }) => ({
    channel,
    offset,
    pushedAt,
    shown: shown.tabs > 0 ? shown : null,
  }));
}

/** A moment of a column as JSON has it. */
const iso = (column: string) => sql.raw(`to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`);

/** Routed handlers, and retired ones that have worked on the event. */
async function waysOf(queries: Queries, eventIds: readonly string[]): Promise<readonly WayRow[]> {
  if (eventIds.length === 0) return [];
  const ids = sql.param(eventIds);
  const { rows } = await queries.execute<WayRow>(sql`
    with event as (
      select event_id, type, position from event_history where event_id = any(${ids}::uuid[])
    ), handled as (
      select event.event_id, route.handler, ${LIVE_RUN}::uuid as run from event join event_route as route
        on route.type = event.type and route.retired_at is null and route.since_position < event.position
      union
      select event_id, handler, run from event_processing_log where event_id = any(${ids}::uuid[])
      union
      select event_id, handler, run from event_attempt where event_id = any(${ids}::uuid[]) and run <> ${LIVE_RUN}
    ), tried as (
      select event_id, handler, run, max(attempt) as attempt, json_agg(
        json_build_object('attempt', attempt, 'startedAt', ${iso('started_at')}, 'failedAt', ${iso('failed_at')}, 'error', error_message)
        order by attempt
      ) as failed
      from (
        select *, row_number() over (partition by event_id, handler, run order by attempt desc) as nth
        from event_attempt where event_id = any(${ids}::uuid[])
      ) as attempts
      where nth <= ${MOST_TRIES}
      group by event_id, handler, run
    )
    select handled.event_id as "eventId", handled.handler, handled.run, coalesce(log.queue, route.queue) as queue,
      case
        when log.status = 'finished' and log.worker like ${`${DISCARDED_BY}%`} then 'discarded'
        when log.status = 'finished' then 'finished'
        when dead.id is not null then 'dead'
        when log.status = 'running' then 'running'
        when waiting.kind = 'retry' then 'retrying'
        else 'waiting'
      end as status,
      coalesce(log.attempt, tried.attempt, 0)::int as attempt,
      ${iso('log.relayed_at')} as "relayedAt", ${iso('log.received_at')} as "receivedAt",
      ${iso('log.started_at')} as "startedAt", ${iso('log.finished_at')} as "finishedAt",
      case when waiting.key is not null then json_build_object('until', ${iso('waiting.due_at')}, 'reason', waiting.reason) end as waits,
      coalesce(tried.failed, '[]') as "failedTries"
    from handled
    join event using (event_id)
    left join event_processing_log as log using (event_id, handler, run)
    left join tried using (event_id, handler, run)
    left join event_schedule as waiting using (event_id, handler, run)
    left join event_route as route on route.type = event.type and route.handler = handled.handler
    left join event_dead_letter as dead on dead.event_id = handled.event_id and dead.handler = handled.handler and dead.run = handled.run
      and dead.resolved_at is null
    order by handled.event_id, log.started_at nulls last, handled.handler`);
  return rows;
}
