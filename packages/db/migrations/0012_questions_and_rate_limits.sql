-- What processes ask each other and wait for is no event: nothing of it is worth a write-ahead log, or a place in a backup.
create unlogged table event_reply (
  id uuid primary key,
  reply jsonb,
  error jsonb,
  responder text not null,
  expires_at timestamptz not null,
  created_at timestamptz not null default now(),
  check ((reply is null) <> (error is null))
);
create index event_reply_expired on event_reply (expires_at);
comment on table event_reply is 'Answers to questions, and why there is none, until whoever asked fetches them. What nobody fetches goes after expires_at, a minute after the question''s deadline.';

create table event_responder (
  type text not null,
  version integer not null,
  responder text not null,
  seen_at timestamptz not null,
  primary key (type, version)
);
comment on table event_responder is 'Which queries some worker answers, and when one last said so; after 30 seconds of silence nobody is asked. Kept for a day after that.';

-- Wide of its rows: each is changed by every call of its handler.
create table event_rate_limit (
  name text primary key,
  calls bigint not null,
  ends_at timestamptz not null
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
comment on table event_rate_limit is 'Calls that handlers with a rate limit have asked for in the window that is open, of all workers together, by the limit''s name. Kept for a day after the window.';

-- The end of the line of those that wait for a rate limit.
alter table event_schedule drop constraint event_schedule_check3;
alter table event_schedule add constraint event_schedule_subject check (subject is null or position is not null);
create index event_schedule_rate_limit on event_schedule (handler, due_at) where reason = 'waits for its rate limit';
