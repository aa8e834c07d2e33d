import type pg from 'pg';
import { FATAL } from '../misdeeds';
import { type Problem, unlessZero } from './problems';

/** Each event for each handler that it is routed to, and how it ended. */
const DELIVERIES = `
  deliveries as (
    select event.event_id, event.type, event.data, route.handler,
      event.data -> 'misdeeds' -> route.handler ->> 'kind' as misdeed,
      (select count(*) from event_processing_log as done
        where done.event_id = event.event_id and done.handler = route.handler and done.status = 'finished') as finished,
      (select count(*) from event_dead_letter as dead
        where dead.event_id = event.event_id and dead.handler = route.handler) as dead
    from event_history as event join event_route as route using (type)
    where route.retired_at is null and event.position > route.since_position
  )`;

const RECEIVED_TOO_OFTEN = 'received_too_often';
/**
 * Percent of the deliveries that may be dead because five receives of their message ended with their worker or on the way: the
 * run strikes every few seconds with a visibility of three, and SQS counts a receive whose answer was lost.
 */
const GIVEN_UP_MOST = 2;

/** What must be 0, each with examples. */
const QUESTIONS: readonly { kind: Problem['kind']; what: string; rows: string }[] = [
  {
    kind: 'lost',
    what: 'deliveries neither finished nor dead',
    rows: `select event_id || ' ' || handler from deliveries where finished = 0 and dead = 0`,
  },
  {
    kind: 'twice',
    what: 'deliveries that ended more than once',
    rows: `select event_id || ' ' || handler from deliveries where finished + dead > 1`,
  },
  {
    kind: 'wrong',
    what: 'deliveries finished though their handler never lets them',
    rows: `select event_id || ' ' || handler from deliveries where finished > 0 and misdeed = any ($1)`,
  },
  {
    kind: 'wrong',
    what: 'dead letters of handlers that would have finished',
    rows: `select deliveries.event_id || ' ' || deliveries.handler || ' (' || letter.reason || ': ' || letter.error || ')'
           from deliveries join event_dead_letter as letter using (event_id, handler)
           where coalesce(misdeed, '') <> all ($1) and letter.reason <> '${RECEIVED_TOO_OFTEN}'`,
  },
  {
    kind: 'wrong',
    what: `deliveries that SQS gave up on with their workers, beyond ${GIVEN_UP_MOST} %`,
    rows: `select deliveries.event_id || ' ' || deliveries.handler
           from deliveries join event_dead_letter as letter using (event_id, handler)
           where coalesce(misdeed, '') <> all ($1) and letter.reason = '${RECEIVED_TOO_OFTEN}'
           offset (select count(*) * ${GIVEN_UP_MOST} / 100 from deliveries)`,
  },
  {
    kind: 'wrong',
    what: 'dead letters without a reason, an error or their event',
    rows: `select id || ' ' || reason from event_dead_letter where reason = '' or error = '' or event_id is null`,
  },
  {
    kind: 'wrong',
    what: 'events without the state that belongs to them, or state without its event',
    rows: `select coalesce(event.event_id, emitted.event_id)::text
           from (select event_id, data from event_history where type in ('faults:spent', 'faults:stepped') and data ->> 'timer' is null) as event
           full join faults_emitted as emitted using (event_id)
           where event.event_id is null or emitted.event_id is null or (event.data ->> 'amount')::int <> emitted.amount`,
  },
  {
    kind: 'wrong',
    what: 'timers that were set and did not fire once, or were called off and did',
    rows: `select key || ' ' || fired from (
             select key, cancelled, (select count(*) from event_history where data ->> 'timer' = key) as fired from faults_timer
           ) as timers where fired <> (not cancelled)::int`,
  },
];

/** What the database says of every delivery. */
export async function checkDeliveries(db: pg.Pool): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  for (const { kind, what, rows } of QUESTIONS) {
    const { rows: found } = await db.query<{ count: number; examples: string | null }>(
      `with ${DELIVERIES}, wrong (what) as (${rows})
       select (select count(*)::int from wrong) as count, (select string_agg(what, '; ') from (select what from wrong limit 3) as first) as examples, $1::text[] as fatal`,
      [FATAL],
    );
    problems.push(...unlessZero(kind, what, found[0]?.count ?? 0, found[0]?.examples ?? ''));
  }
  return problems;
}

/** Deliveries that have not ended. */
export async function countOpen(db: pg.Pool): Promise<number> {
  const { rows } = await db.query<{ open: number }>(
    `with ${DELIVERIES} select count(*)::int as open from deliveries where finished = 0 and dead = 0`,
  );
  return rows[0]?.open ?? 0;
}

/** Events and how their deliveries ended, for the report. */
export interface Tally {
  readonly events: number;
  readonly finished: number;
  readonly dead: number;
  readonly attempts: number;
}

export async function tally(db: pg.Pool): Promise<Tally> {
  const { rows } = await db.query<Tally>(
    `select (select count(*)::int from event_history) as events,
       (select count(*)::int from event_processing_log where status = 'finished') as finished,
       (select count(*)::int from event_dead_letter) as dead,
       (select count(*)::int from event_attempt) as attempts`,
  );
  return rows[0] as Tally;
}

/** What was promised by a commit and is not there. */
export async function checkPromises(
  db: pg.Pool,
  promised: { readonly events: readonly string[]; readonly notes: readonly string[] },
): Promise<readonly Problem[]> {
  const { rows } = await db.query<{ events: number; notes: number }>(
    `select (select count(*)::int from unnest($1::uuid[]) as id where not exists (select from event_history where event_id = id)) as events,
       (select count(*)::int from unnest($2::uuid[]) as id where not exists (select from faults_noted where note_id = id)) as notes`,
    [promised.events, promised.notes],
  );
  return [
    ...unlessZero('lost', 'events of transactions that were said to have committed', rows[0]?.events ?? 0),
    ...unlessZero('lost', 'state of transactions that were said to have committed', rows[0]?.notes ?? 0),
  ];
}
