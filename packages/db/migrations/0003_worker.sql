-- ---------------------------------------------------------------------------------------------------------------------
-- Order by subject
-- ---------------------------------------------------------------------------------------------------------------------

create table event_progress (
  handler text not null,
  subject text not null,
  position bigint not null,
  updated_at timestamptz not null default now(),
  primary key (handler, subject)
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05);
comment on table event_progress is
  'For each handler of an ordered contract and each subject, the position up to which it has finished. Moved in the handler''s own transaction. Deleted when not moved for 400 days, as the history is.';
create index event_progress_updated_at on event_progress (updated_at);

-- Of deliveries that wait for an earlier event of their subject.
alter table event_schedule add column subject text, add column position bigint,
  add check ((subject is null) = (position is null));
create index event_schedule_subject on event_schedule (handler, subject, position) where subject is not null;

-- ---------------------------------------------------------------------------------------------------------------------
-- Handlers and messages in trouble
-- ---------------------------------------------------------------------------------------------------------------------

create table circuit_breaker (
  handler text not null,
  worker text not null,
  state text not null check (state in ('open', 'half-open')),
  error text not null,
  opened_at timestamptz not null default now(),
  retry_at timestamptz not null,
  seen_at timestamptz not null default now(),
  primary key (handler, worker)
);
comment on table circuit_breaker is
  'Handlers that a worker has stopped calling, because they kept failing. Written when one opens, seen every second by its worker, deleted when it closes; deleting it resets it. Of a worker that died: deleted after a minute by another.';

create table event_suspect (
  event_id uuid not null,
  handler text not null,
  run uuid not null,
  starts integer not null,
  worker text not null,
  started_at timestamptz not null default now(),
  primary key (event_id, handler, run)
);
create index event_suspect_started_at on event_suspect (started_at);
comment on table event_suspect is
  'Deliveries that run alone, because their message has come back twice from workers that did not live to tell. Written before such a run, deleted after it; one that stays has ended its worker. Deleted after 14 days.';
