import { type Database, LIVE_RUN } from '@skelly/db';
import { WHILE_NONE_IS_FORGOTTEN } from '../retention/forget-finished';
import { queryByIndex } from '../unit-of-work/round-trip';
import { BREAKER_REASON } from '../worker/trouble/breaker-store';
import type { Candidate } from './candidates';
import type { ReplayStep } from './decide-step';
import type { ReplayRun } from './replay-run';
import { ReplayError } from './selection';

/** Who drives a replay: whoever resumes one takes it over, and one that was silent for two minutes has nobody. */
export interface ReplayDriver {
  readonly replay: string;
  /** `null`: nobody, and that is how it stays. */
  readonly driver: string | null;
  /** The run of its deliveries. */
  readonly run: string;
}

/** A delivery that was sent and has not ended. */
export type OpenDelivery = Pick<Candidate, 'eventId' | 'handler' | 'subject'>;

// One statement, so that what was sent and how far the replay has come never differ, whenever its command dies. The reconciler is told of
// all of it: should a message be lost, it sends another. An event that has left the history meanwhile is passed by.
const SEND = `
  with asked as (
    select asked.* from unnest($6::uuid[], $7::text[], $8::text[], $9::text[], $10::bigint[]) as asked (event_id, handler, subject, type, position)
    where exists (select from event_history as history where history.event_id = asked.event_id)
  ), mine as (
    update replay_run set position = $4, sent = sent + (select count(*) from asked), seen_at = now(),
      passed_by = $5::jsonb || case when (select count(*) from asked) = cardinality($6::uuid[]) then '{}' else
        jsonb_build_object('gone', coalesce(($5::jsonb ->> 'gone')::bigint, 0) + cardinality($6::uuid[]) - (select count(*) from asked)) end
    where id = $1 and driver = $2 returning id
  ), given as (
    select asked.* from mine, asked
  ), corrected as (
    insert into event_correction (event_id, handler, run, version, data, actor, note, created_at)
    select event_id, handler, $3::uuid, version, data, actor, note, created_at from event_correction as live join given using (event_id, handler)
    where live.run = '${LIVE_RUN}' and $3::uuid <> '${LIVE_RUN}'
    on conflict do nothing
  ), noted as (
    insert into replay_delivery (replay, event_id, handler, subject, position) select $1, event_id, handler, subject, position from given
    on conflict do nothing
  ), watched as (
    insert into event_straggler (event_id, handler, type, position)
    select event_id, handler, type, position from given where $3::uuid = '${LIVE_RUN}'
    on conflict (event_id, handler) do nothing
  ), watched_run as (
    insert into event_run_straggler (event_id, handler, run, type, position)
    select event_id, handler, $3::uuid, type, position from given where $3::uuid <> '${LIVE_RUN}'
    on conflict do nothing
  ), pointed as (
    insert into event_outbox (event_id, handler, run) select event_id, handler, $3::uuid from given order by position, handler
  )
  select (select count(*)::int from mine) as mine,
    coalesce((select json_agg(json_build_object('eventId', event_id, 'handler', handler, 'subject', subject)) from given), '[]') as sent`;

/**
 * Points to what a step sends, and notes how far the replay has come.
 *
 * @returns those that were sent: the others have left the history since they were read, and are passed by as `gone`.
 * @throws ReplayError when this driver has it no longer.
 */
export async function sendStep(
  { pool }: Database,
  { replay, driver, run }: ReplayDriver,
  { send, upTo }: ReplayStep,
  passedBy: Readonly<Record<string, number>>,
): Promise<readonly OpenDelivery[]> {
  const { rows } = await queryByIndex<{ mine: number; sent: readonly OpenDelivery[] }>(
    pool,
    {
      name: 'replay-send',
      text: SEND,
      values: [
        replay,
        driver,
        run,
        upTo,
        JSON.stringify(passedBy),
        send.map(({ eventId }) => eventId),
        send.map(({ handler }) => handler),
        send.map(({ subject }) => subject),
        send.map(({ type }) => type),
        send.map(({ position }) => position),
      ],
    },
    WHILE_NONE_IS_FORGOTTEN,
  );
  const [{ mine, sent } = { mine: 0, sent: [] }] = rows;
  if (mine === 0) throw takenOver(replay);
  return sent;
}

// What waits or is about to be sent needs no second pointer; whatever else was sent before may have died with its queue. Done twice it is not.
const SEND_AGAIN = `
  insert into event_outbox (event_id, handler, run)
  select event_id, handler, $2::uuid from replay_delivery as open
  where replay = $1
    and not exists (select from event_processing_log as log where log.event_id = open.event_id and log.handler = open.handler and log.run = $2
      and (log.status = 'finished' or log.lease_until > now()))
    and not exists (select from event_schedule as waiting where waiting.event_id = open.event_id and waiting.handler = open.handler and waiting.run = $2)
    and not exists (select from event_outbox as due where due.event_id = open.event_id and due.handler = open.handler and due.run = $2)
    and not exists (select from event_dead_letter as dead where dead.event_id = open.event_id and dead.handler = open.handler and dead.run = $2
      and dead.resolved_at is null)
  order by position, handler`;

/** Points once more to what is under way and nowhere in Postgres. */
export async function sendAgain({ pool }: Database, { replay, run }: ReplayDriver): Promise<void> {
  await pool.query(SEND_AGAIN, [replay, run]);
}

/** What has become of the deliveries under way since the last look. */
export interface Outcome {
  readonly finished: readonly OpenDelivery[];
  readonly dead: readonly OpenDelivery[];
  /** Of those that have not ended: tried since they were sent, or kept from it by their handler's breaker. */
  readonly failing: number;
}

// What has no event never ends, and is passed by as `gone` once nobody waits for it. So is, as `unknown`, what has no route because its handler
// has retired, of a replay that has sent everything: one that stopped before may be resumed when its handler is back, and sends it again then.
// Whoever drives a replay has its sums in hand, so for them all of it stays under way.
const PASSED_BY = `
  case when $2::uuid is null and (select true from event_processing_log as log where log.event_id = open.event_id and log.handler = open.handler
      and log.run = $3 and log.lease_until > now() limit 1) is null then
    case when (select true from event_history as history where history.event_id = open.event_id limit 1) is null then 'gone'
      when mine.why = 'open' and (select true from event_history as history join event_route as route on route.type = history.type
        where history.event_id = open.event_id and route.handler = open.handler and route.retired_at is null limit 1) is null then 'unknown' end end`;

const LOOK = `
  with mine as (
    select id, why from replay_run where id = $1 and driver is not distinct from $2::uuid for update
  ), judged as materialized (
    select open.event_id, open.handler, open.subject,
      coalesce(
        (select 'finished' from event_processing_log as log where log.event_id = open.event_id and log.handler = open.handler and log.run = $3
          and log.status = 'finished' limit 1),
        (select 'dead' from event_dead_letter as dead where dead.event_id = open.event_id and dead.handler = open.handler and dead.run = $3
          and dead.resolved_at is null limit 1),
        ${PASSED_BY}) as outcome,
      (select true from event_attempt as tried where tried.event_id = open.event_id and tried.handler = open.handler and tried.run = $3
        and tried.failed_at > open.sent_at limit 1) as tried,
      (select true from event_schedule as waiting where waiting.event_id = open.event_id and waiting.handler = open.handler and waiting.run = $3
        and waiting.reason = '${BREAKER_REASON}' limit 1) as kept
    from replay_delivery as open, mine where open.replay = mine.id
  ), ended as (
    delete from replay_delivery as open using judged
    where open.replay = $1 and open.event_id = judged.event_id and open.handler = judged.handler and judged.outcome is not null
    returning open.event_id, open.handler, open.subject, judged.outcome
  ), sums as (
    select count(*) as ended, count(*) filter (where outcome = 'finished') as finished, count(*) filter (where outcome = 'dead') as dead,
      count(*) filter (where outcome = 'gone') as gone, count(*) filter (where outcome = 'unknown') as unknown
    from ended
  ), counted as (
    update replay_run set seen_at = now(), finished = replay_run.finished + sums.finished, failed = failed + sums.dead,
      sent = sent - sums.gone - sums.unknown, passed_by = passed_by || jsonb_strip_nulls(jsonb_build_object(
        'gone', nullif(coalesce((passed_by ->> 'gone')::bigint, 0) + sums.gone, 0),
        'unknown', nullif(coalesce((passed_by ->> 'unknown')::bigint, 0) + sums.unknown, 0)))
    from sums where id = (select id from mine) and ($2::uuid is not null or sums.ended > 0)
  )
  select (select count(*)::int from mine) as mine,
    (select count(*)::int from judged where outcome is null and (tried or kept)) as failing,
    coalesce((select json_agg(json_build_object('eventId', event_id, 'handler', handler, 'subject', subject, 'outcome', outcome)) from ended), '[]') as ended`;

/**
 * Finds out what has become of deliveries under way, and counts those that have ended, once each. Where nobody drives the replay, those whose
 * event is gone are taken out of what was sent, and count as passed by; where it has sent everything, those without a route as well.
 *
 * @throws ReplayError when this driver has it no longer.
 */
export async function lookAtOpen({ pool }: Database, { replay, driver, run }: ReplayDriver): Promise<Outcome> {
  const { rows } = await pool.query<{
    mine: number;
    failing: number;
    ended: readonly (OpenDelivery & { readonly outcome: string })[];
  }>(LOOK, [replay, driver, run]);
  const [{ mine, failing, ended } = { mine: 0, failing: 0, ended: [] }] = rows;
  if (mine === 0) throw takenOver(replay);
  return {
    failing,
    finished: ended.filter(({ outcome }) => outcome === 'finished'),
    dead: ended.filter(({ outcome }) => outcome === 'dead'),
  };
}

/**
 * Ends a drive: the replay has nobody then. `null`: nothing is left to do.
 *
 * @throws ReplayError when this driver has it no longer; then nothing has changed.
 */
export async function endDrive(
  { pool }: Database,
  { replay, driver }: ReplayDriver,
  why: ReplayRun['why'],
): Promise<void> {
  const { rowCount } = await pool.query(
    `update replay_run set state = $3, why = $4, driver = null, seen_at = now(), ended_at = now() where id = $1 and driver = $2`,
    [replay, driver, why === null ? 'finished' : 'stopped', why],
  );
  if (rowCount === 0) throw takenOver(replay);
}

function takenOver(replay: string): ReplayError {
  return new ReplayError(
    'replay_taken_over',
    `Replay ${replay} is no longer this command's: somebody else has resumed it, or nothing was heard of this one for two minutes. \`skelly replay show ${replay}\` tells how far it is.`,
  );
}
