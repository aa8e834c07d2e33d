import type { Database } from '@skelly/db';
import { LIVE_RUN } from '@skelly/db';
import type { EventEnvelope } from '@skelly/types/event';
import { DISCARDED_BY } from '../dead-letters/resolve';
import { type DeadLetterSelection, conditionOf as deadCondition } from '../dead-letters/selection';
import { AVOID, queryUnder } from '../query-under';
import { conditionOf, type ReplaySelection } from './selection';
import type { ReplayWay } from './ways';

/**
 * How far a handler is with an event. `waiting`: on its way, or it runs. `old`: whether it has finished is not known any more. What is in a
 * queue cannot be seen and counts as open: sent twice, it is done once.
 */
export type CandidateState = 'open' | 'waiting' | 'finished' | 'discarded' | 'dead' | 'old';

/** An event that was selected, for one of its handlers. */
export interface Candidate {
  readonly eventId: string;
  readonly position: number;
  readonly subject: string;
  readonly type: string;
  readonly handler: string;
  readonly kind: ReplayWay['kind'];
  readonly state: CandidateState;
}

/** The same with all that a handler is given. */
export interface WholeCandidate extends Candidate {
  readonly event: EventEnvelope;
}

/** What a replay is about. */
export interface ReplayPlan {
  readonly selection: ReplaySelection;
  readonly ways: readonly ReplayWay[];
  /** Only events up to this position. */
  readonly upTo: number;
  /** Events before it are `old`. */
  readonly inboxStart: Date;
}

const ENVELOPE = `event.version, event.source_module as "sourceModule", event.tenant, event.actor, event.correlation_id as "correlationId",
  event.causation_id as "causationId", event.traceparent, event.occurred_at as "occurredAt", event.data`;

// What an operator has corrected for the handler goes in place of what history has, as when a relay sends it.
const correctionOf = (run: string) => `left join event_correction as correction
  on correction.event_id = event.event_id and correction.handler = way.handler and correction.run = ${run}`;

// Sub-selects, each one probe of an index: as joins they would be planned over whole tables.
const STATE = `case when event.event_id < uuid_floor({inboxStart}) then 'old' else coalesce(
    (select case when log.status = 'running' then case when log.lease_until > now() then 'waiting' end
       when log.worker like '${DISCARDED_BY}%' then 'discarded' else 'finished' end
     from event_processing_log as log where log.event_id = event.event_id and log.handler = way.handler and log.run = '${LIVE_RUN}' limit 1),
    (select 'dead' from event_dead_letter as dead
     where dead.event_id = event.event_id and dead.handler = way.handler and dead.run = '${LIVE_RUN}' and dead.resolved_at is null limit 1),
    (select 'waiting' from event_schedule as waiting
     where waiting.event_id = event.event_id and waiting.handler = way.handler and waiting.run = '${LIVE_RUN}' limit 1),
    (select 'waiting' from event_outbox as due
     where due.event_id = event.event_id and (due.handler is null or due.handler = way.handler) and due.run = '${LIVE_RUN}' limit 1),
    'open') end`;

type Row = Candidate & Omit<EventEnvelope, 'occurredAt'> & { readonly occurredAt: Date };

/**
 * The next events of a plan after a position, `events` of them at most, in order of position; each with its handlers, by id.
 *
 * @throws the database's error.
 */
export async function readCandidates(
  database: Database,
  plan: ReplayPlan,
  page: { readonly after: number; readonly events: number },
): Promise<readonly Candidate[]> {
  return query<Candidate>(database, plan, page, false);
}

/** Events of a plan with their data, page by page to its end. */
export async function* eachCandidate(
  database: Database,
  plan: ReplayPlan,
  events: number,
): AsyncGenerator<readonly WholeCandidate[]> {
  for (let after = 0; ; ) {
    const rows = await query<Row>(database, plan, { after, events }, true);
    if (rows.length === 0) return;
    after = rows.at(-1)?.position as number;
    yield rows.map(wholeOf);
  }
}

async function query<R extends Candidate>(
  { pool }: Database,
  { selection, ways, upTo, inboxStart }: ReplayPlan,
  { after, events }: { readonly after: number; readonly events: number },
  withData: boolean,
): Promise<readonly R[]> {
  const { where, values } = conditionOf(selection);
  const parameter = (value: unknown) => `$${values.push(value)}`;
  const types = parameter([...new Set(ways.map(({ type }) => type))]);
  const ofWays = `unnest(${parameter(ways.map(({ type }) => type))}::text[], ${parameter(ways.map(({ handler }) => handler))}::text[],
    ${parameter(ways.map(({ kind }) => kind))}::text[]) as way (type, handler, kind)`;
  const text = `
    select event.event_id as "eventId", event.position, event.subject, event.type, way.handler, way.kind,
      ${STATE.replace('{inboxStart}', `${parameter(inboxStart)}::timestamptz`)} as state
      ${withData ? `, ${corrected(ENVELOPE)}` : ''}
    from (
      select * from event_history as history
      where ${where} and history.type = any (${types}::text[]) and history.position > ${parameter(after)} and history.position <= ${parameter(upTo)}
      order by history.position limit ${parameter(events)}
    ) as event join ${ofWays} on way.type = event.type ${withData ? correctionOf(`'${LIVE_RUN}'`) : ''}
    order by event.position, way.handler`;
  return queryUnder<R>(pool, AVOID.SCANS, { text, values });
}

/** Open dead letters of a selection as deliveries that may be tried again, oldest first, page by page; not those whose event is gone. */
export async function* eachDeadLetter(
  { pool }: Database,
  selection: DeadLetterSelection,
  letters: number,
): AsyncGenerator<readonly WholeCandidate[]> {
  const { where, values } = deadCondition(selection);
  for (let after = 0; ; ) {
    const { rows } = await pool.query<(Row | { readonly eventId: null }) & { readonly id: number }>(
      `select way.id, event.event_id as "eventId", event.position, event.subject, event.type, way.handler, coalesce(route.kind, 'handle') as kind,
         'open' as state, ${corrected(ENVELOPE)}
       from (select dead.id, dead.event_id, dead.handler, dead.run from event_dead_letter as dead
         where ${where} and dead.handler is not null and dead.id > $6 order by dead.id limit $7) as way
       left join event_history as event using (event_id) ${correctionOf('way.run')}
       left join event_route as route on route.type = event.type and route.handler = way.handler
       order by way.id`,
      [...values, after, letters],
    );
    if (rows.length === 0) return;
    after = rows.at(-1)?.id as number;
    yield rows.flatMap((row) => (row.eventId === null ? [] : [wholeOf(row as Row)]));
  }
}

function corrected(columns: string): string {
  return columns
    .replace('event.version', 'coalesce(correction.version, event.version) as version')
    .replace('event.data', 'coalesce(correction.data, event.data) as data');
}

function wholeOf({ handler, kind, state, occurredAt, ...row }: Row): WholeCandidate {
  const event = { ...row, occurredAt: occurredAt.toISOString() } as EventEnvelope;
  const { eventId, position, subject, type } = row;
  return { eventId, position, subject, type, handler, kind, state, event };
}
