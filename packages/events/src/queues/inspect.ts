import type { Database } from '@skelly/db';
import { didYouMean } from '@skelly/types/near';
import { EventError } from '../errors';
import { GONE_AFTER_SECONDS } from '../query/responders-seen';
import { AVOID, queryUnder } from '../query-under';
import { deadLetterQueue, QUERY_QUEUE, type QueueDepth, type QueueTransport } from '../transport/transport';

/** A queue as it stands. */
export interface QueueState {
  readonly queue: string;
  /** The handlers that its messages are for; of the queue of questions, the responders that were heard of within half a minute. */
  readonly handlers: readonly string[];
  /** As SQS counts, approximately; null when it does not say. */
  readonly depth: QueueDepth | null;
  /** The same of its dead-letter queue; what is in it is imported within seconds. The queue of questions has none. */
  readonly deadLetterDepth: QueueDepth | null;
  /** When the oldest event occurred that one of the handlers has not finished, and that does not wait for a time of its own. */
  readonly oldestAt: Date | null;
}

/** A delivery that its handler has not finished: where its message is, and the event in it. */
export interface PeekedDelivery {
  readonly position: number;
  readonly eventId: string;
  readonly type: string;
  readonly version: number;
  readonly subject: string;
  readonly handler: string;
  readonly queue: string;
  readonly correlationId: string;
  readonly occurredAt: Date;
  /** `outbox`: not sent yet. `queue`: on its way through SQS, or lost and not found yet. `worker`: begun. */
  readonly where: 'outbox' | 'queue' | 'worker';
  readonly data: Record<string, unknown>;
}

/** There is no such queue. Nothing was changed. */
export class QueueUnknownError extends EventError {
  constructor(queue: string, known: readonly string[]) {
    const all = known.join(', ') || 'none';
    super(
      'queue_unknown',
      `There is no queue "${queue}".${didYouMean(queue, known)} There are: ${all}. Nothing was changed.`,
    );
  }
}

/** Deliveries of one peek at most. */
const MOST = 1_000;

// What has neither finished nor waits in Postgres, nor was given up. Below `finished_through` everything is settled. Asked event by event, by
// the index: joined, the whole log might be read.
export const OPEN = `
  history.position > greatest(route.since_position, route.finished_through)
  and (select log.event_id from event_processing_log as log
    where log.event_id = history.event_id and log.handler = route.handler and log.status = 'finished' limit 1) is null
  and (select waiting.event_id from event_schedule as waiting
    where waiting.event_id = history.event_id and waiting.handler = route.handler limit 1) is null
  and (select dead.event_id from event_dead_letter as dead
    where dead.event_id = history.event_id and dead.handler = route.handler and dead.resolved_at is null limit 1) is null`;

/**
 * Open deliveries of all routes in force, the oldest `limit` of each: read by each route's own position, since joined as a whole the log
 * would be read from its beginning. Whoever asks avoids sorts, or all of a backlog would be read.
 *
 * @param which a further condition on `history`, one on `route`, and what else is joined to `route` before.
 */
export const fromOpen = (which: {
  readonly history?: string;
  readonly route?: string;
  readonly join?: string;
  readonly limit: string | number;
}) => `
  from event_route as route ${which.join ?? ''} cross join lateral (
    select history.position, history.event_id, history.type, history.version, history.subject, history.correlation_id, history.occurred_at, history.data
    from event_history as history
    where history.type = route.type and ${OPEN} ${which.history ? `and ${which.history}` : ''}
    order by history.position limit ${which.limit}
  ) as history
  where route.retired_at is null ${which.route ? `and ${which.route}` : ''}`;

/** What is told of an open delivery. */
export const DELIVERY = `
  history.position, history.event_id as "eventId", history.type, history.version, history.subject, route.handler, route.queue,
  history.correlation_id as "correlationId", history.occurred_at as "occurredAt", history.data,
  case
    when exists (select from event_processing_log as log where log.event_id = history.event_id and log.handler = route.handler) then 'worker'
    when history.position > (select low_water from event_low_water) or exists (
      select from event_outbox as due where due.event_id = history.event_id and (due.handler = route.handler or due.queue = route.queue)
    ) then 'outbox'
    else 'queue' end as "where"`;

/** @throws QueueUnknownError unless a handler has the queue */
export async function requireRouted(database: Database, queue: string): Promise<void> {
  const { rows } = await database.pool.query<{ queue: string }>(
    'select distinct queue from event_route where retired_at is null order by queue',
  );
  const names = rows.map((row) => row.queue);
  if (!names.includes(queue)) throw new QueueUnknownError(queue, names);
}

const RESPONDERS = `
  select coalesce(array_agg(distinct responder order by responder)
    filter (where seen_at > now() - interval '${GONE_AFTER_SECONDS} seconds'), '{}') as responders
  from event_responder having count(*) > 0`;

/** Every queue that a handler has, by name; then that of questions, where anything has answered some within a day. */
export async function listQueues(deps: {
  readonly database: Database;
  readonly transport: Pick<QueueTransport, 'depth'>;
}): Promise<readonly QueueState[]> {
  const { rows } = await deps.database.pool.query<Pick<QueueState, 'queue' | 'handlers' | 'oldestAt'>>(
    `select route.queue, array_agg(distinct route.handler order by route.handler) as handlers, min(oldest.occurred_at) as "oldestAt"
     from event_route as route left join lateral (
       select history.occurred_at from event_history as history
       where history.type = route.type and ${OPEN} order by history.position limit 1
     ) as oldest on true
     where route.retired_at is null group by route.queue order by route.queue`,
  );
  const depthOf = (queue: string) => deps.transport.depth(queue).catch(() => null);
  const { rows: answering } = await deps.database.pool.query<{ responders: readonly string[] }>(RESPONDERS);
  const states = rows.map(async (row) => {
    const [depth, deadLetterDepth] = await Promise.all([depthOf(row.queue), depthOf(deadLetterQueue(row.queue))]);
    return { ...row, depth, deadLetterDepth };
  });
  const questions = answering.map(async ({ responders }) => {
    const depth = await depthOf(QUERY_QUEUE);
    return { queue: QUERY_QUEUE, handlers: responders, depth, deadLetterDepth: null, oldestAt: null };
  });
  return Promise.all([...states, ...questions]);
}

/**
 * What a queue's messages are about, oldest first, read from Postgres: a receive would count towards the five after which SQS takes a
 * message for a dead one. A thousand deliveries at most.
 *
 * @throws QueueUnknownError naming those that there are.
 */
export async function peekQueue(
  database: Database,
  queue: string,
  { limit = 20, after = 0 }: { readonly limit?: number; readonly after?: number } = {},
): Promise<readonly PeekedDelivery[]> {
  await requireRouted(database, queue);
  return queryUnder<PeekedDelivery>(database.pool, AVOID.SORTS, {
    text: `select ${DELIVERY} ${fromOpen({ history: 'history.position > $2', route: 'route.queue = $1', limit: '$3' })}
     order by history.position, route.handler limit $3`,
    values: [queue, after, Math.min(limit, MOST)],
  });
}
