import { LIVE_RUN } from '@skelly/db';

/** How long workers' marks of one queue are gathered together, in seconds. */
const BUCKET_SECONDS = 5;

/**
 * Positions up to which every event was sent before anything that the queues ($1) have delivered for $2 seconds. A queue
 * that delivered for less than half of that time is left out: it may hold the rest.
 */
export const READ_OVERTAKEN = {
  name: 'reconcile-overtaken',
  text: `
    select queue, min(low_water) as position
    from event_queue_mark
    where queue = any ($1::text[]) and bucket > now() - make_interval(secs => $2::float8 + ${BUCKET_SECONDS})
    group by queue
    having max(bucket) - min(bucket) >= make_interval(secs => $2::float8 / 2)`,
};

/**
 * Goes through the events of a queue's routes ($1) up to a position ($2), $3 a route at most. What is not finished becomes
 * a straggler; what has never been tried has been on its way since it was sent. Several relays may do so at once.
 */
export const ADVANCE = {
  name: 'reconcile-advance',
  text: `
    with behind as materialized (
      select type, handler, greatest(finished_through, since_position) as done from event_route
      where queue = $1 and retired_at is null and greatest(finished_through, since_position) < $2
    ), passed as materialized (
      select behind.type, behind.handler, history.event_id, history.position
      from behind cross join lateral (
        select event_id, position from event_history as history
        where history.type = behind.type and history.position > behind.done and history.position <= $2
        order by history.position limit $3
      ) as history
    ), unfinished as (
      select passed.* from passed
      -- Asked event by event, by the index: joined, the whole log might be read.
      where (select log.status from event_processing_log as log where log.event_id = passed.event_id and log.handler = passed.handler and log.status = 'finished' limit 1) is null
    ), left_behind as (
      insert into event_straggler (event_id, handler, type, position, away_position, away_at)
      select event_id, handler, type, position, case when not tried then position - 1 end, case when not tried then '-infinity'::timestamptz end
      from (
        select unfinished.*, exists (select from event_attempt as attempt where attempt.event_id = unfinished.event_id and attempt.handler = unfinished.handler) as tried
        from unfinished
      ) as judged
      on conflict do nothing
    ), counted as (
      select behind.type, behind.handler, count(passed.position) as events, max(passed.position) as last
      from behind left join passed using (type, handler) group by behind.type, behind.handler
    ), moved as (
      update event_route as route set finished_through = greatest(route.finished_through, case when counted.events = $3 then counted.last else $2 end)
      from counted where route.type = counted.type and route.handler = counted.handler
    )
    select coalesce(max(events), 0) as most from counted`,
};

/**
 * Looks at stragglers of a table whose time has come, $1 at most. One is lost when it has been nowhere in Postgres since a position
 * that its queue has overtaken or emptied ($2 queues, $3 overtaken, $4 emptied), for a grace period ($5 seconds, doubled
 * with every time that it was sent again, up to 1024 times); then it is pointed to again. The others are looked at again
 * after $6 seconds, or when what they wait for is due.
 */
const judge = (name: string, { table, run }: { readonly table: string; readonly run: string }) => ({
  name,
  text: `
    with drawn as materialized (
      select case when is_called then last_value else 0 end as position from event_position
    ), looked as materialized (
      select event_id, handler, ${run} as run, type, position, away_position, away_at, sent_again
      from ${table} as straggler where look_at <= now() order by look_at limit $1 for update skip locked
    ), judged as materialized (
      select looked.*, route.queue,
        route.queue is null
          or not exists (select from event_history as history where history.event_id = looked.event_id)
          or exists (select from event_processing_log as log where log.event_id = looked.event_id and log.handler = looked.handler
            and log.run = looked.run and log.status = 'finished')
          or exists (select from event_dead_letter as dead where dead.event_id = looked.event_id and dead.handler = looked.handler
            and dead.run = looked.run and dead.resolved_at is null) as over,
        greatest(
          (select max(due_at) from event_schedule as waiting where waiting.event_id = looked.event_id and waiting.run = looked.run
            and (waiting.handler = looked.handler or waiting.handler is null and coalesce(waiting.queue, route.queue) = route.queue)),
          (select max(lease_until) from event_processing_log as log where log.event_id = looked.event_id and log.handler = looked.handler
            and log.run = looked.run and log.lease_until > now()),
          -- The pointer to all handlers has been sent: the event is below the low-water position.
          (select now() from event_outbox as due where due.event_id = looked.event_id and due.run = looked.run
            and (due.handler is not null or due.queue is not null)
            and (due.handler is null or due.handler = looked.handler) and (due.queue is null or due.queue = route.queue) limit 1)
        ) as waits_until
      from looked left join event_route as route on route.type = looked.type and route.handler = looked.handler and route.retired_at is null
    ), decided as materialized (
      select judged.*, not over and waits_until is null and away_position is not null
          and (coalesce(bound.overtaken, 0) > away_position or coalesce(bound.emptied, 0) > 0 and bound.emptied >= away_position)
          and away_at <= now() - make_interval(secs => $5 * 2 ^ least(sent_again, 10)) as lost
      from judged left join unnest($2::text[], $3::bigint[], $4::bigint[]) as bound (queue, overtaken, emptied) on bound.queue = judged.queue
    ), done as (
      delete from ${table} as straggler using decided
      where decided.over and straggler.event_id = decided.event_id and straggler.handler = decided.handler and ${run} = decided.run
    ), pointed as (
      insert into event_outbox (event_id, handler, run) select event_id, handler, run from decided where lost order by position, handler
    ), kept as (
      update ${table} as straggler set
        away_position = case when lost or waits_until is not null then null else coalesce(decided.away_position, drawn.position) end,
        away_at = case when lost or waits_until is not null then null else coalesce(decided.away_at, now()) end,
        sent_again = decided.sent_again + lost::int,
        look_at = greatest(waits_until, now() + make_interval(secs => $6))
      from decided, drawn
      where not decided.over and straggler.event_id = decided.event_id and straggler.handler = decided.handler and ${run} = decided.run
    )
    select queue, count(*) filter (where lost) as lost, count(*) as looked from decided group by queue`,
});

/** What the ordinary run has left behind. */
export const JUDGE = judge('reconcile-judge', { table: 'event_straggler', run: `'${LIVE_RUN}'::uuid` });

/** What replays have sent to run again, and nobody has finished. */
export const JUDGE_RUNS = judge('reconcile-judge-runs', { table: 'event_run_straggler', run: 'straggler.run' });
