-- Replays: events that an operator sends to handlers once more. The row is the audit of one, and what a killed command goes on from.
create table replay_run (
  id uuid primary key,
  again boolean not null,
  selection jsonb not null,
  handlers text[] not null,
  up_to bigint not null,
  per_second integer not null,
  actor text not null,
  note text,
  state text not null default 'running' check (state in ('running', 'stopped', 'finished')),
  why text check (why in ('failures', 'interrupted', 'open')),
  driver uuid,
  position bigint not null default 0,
  sent bigint not null default 0,
  finished bigint not null default 0,
  failed bigint not null default 0,
  passed_by jsonb not null default '{}',
  started_at timestamptz not null default now(),
  seen_at timestamptz not null default now(),
  ended_at timestamptz,
  check ((state = 'running') = (ended_at is null)),
  check ((state = 'stopped') = (why is not null))
);
create index replay_run_started_at on replay_run (started_at);
comment on table replay_run is 'One replay: what was asked for, by whom and why, how far it has come and what became of it. With again its id is the run of its deliveries. Deleted 400 days after it was last driven.';

create table replay_delivery (
  replay uuid not null references replay_run on delete cascade,
  event_id uuid not null,
  handler text not null,
  subject text not null,
  position bigint not null,
  sent_at timestamptz not null default clock_timestamp(),
  primary key (replay, event_id, handler)
);
comment on table replay_delivery is 'What a replay has sent and has not yet seen finished or dead; a few thousand at most. A row goes when it has ended, or with its replay.';
