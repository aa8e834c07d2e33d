-- What operators do with dead letters: how one ended, by whom and why. One that is resolved without a word has finished after all.
alter table event_dead_letter
  add column resolution text check (resolution in ('retried', 'edited', 'discarded', 'finished')),
  add column resolved_by text,
  add column note text;

-- Names the cause: handler, reason and error without what differs from case to case (ids and numbers). No stored column, which would rewrite
-- a table that every delivery reads.
create function dead_letter_fingerprint(handler text, queue text, reason text, error text) returns text
  language sql immutable parallel safe
  return substr(md5(coalesce(handler, queue, '') || E'\x1f' || reason || E'\x1f'
    || regexp_replace(regexp_replace(error, '[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}', '#', 'g'), '[0-9]+', '#', 'g')), 1, 12);
create index event_dead_letter_open on event_dead_letter (dead_letter_fingerprint(handler, queue, reason, error), id) where resolved_at is null;

-- From now on what is resolved is done only if the log says so. The log of older weeks is gone, and nothing asks for it.
insert into event_processing_log (event_id, handler, run, status, queue, attempt, worker, started_at, finished_at)
select dead.event_id, dead.handler, dead.run, 'finished', coalesce(dead.queue, ''), dead.attempts, 'discarded by an operator', dead.resolved_at, dead.resolved_at
from event_dead_letter as dead join event_history as history using (event_id)
where dead.resolved_at is not null and dead.handler is not null and dead.run is not null and dead.event_id >= uuid_floor(now() - interval '80 days')
on conflict do nothing;

create table event_correction (
  event_id uuid not null,
  handler text not null,
  run uuid not null,
  version integer not null,
  data jsonb not null,
  actor text not null,
  note text not null,
  created_at timestamptz not null default now(),
  primary key (event_id, handler, run)
);
comment on table event_correction is 'What a handler is given in place of an event''s data, because an operator has edited it. History keeps the original. Kept as long as the dead letter that it was made for.';
