-- Relays keep the routes in memory: a claim that sees another version reads them again.
create table event_route_version (
  single boolean primary key default true check (single),
  version bigint not null
);
insert into event_route_version (version) values (1);
comment on table event_route_version is 'One row: how often the routes have changed. Raised by the trigger on event_route, in the transaction that changes one.';

create function raise_route_version() returns trigger
language plpgsql
as $$
begin
  update event_route_version set version = version + 1;
  return null;
end
$$;
create trigger event_route_changed
  after insert or delete or truncate or update of type, handler, queue, since_position, retired_at on event_route
  for each statement execute function raise_route_version();

-- How far the relays have come.
create table event_low_water (
  single boolean primary key default true check (single),
  low_water bigint not null,
  outbox_floor bigint not null,
  marker jsonb,
  settled jsonb not null default '[]'
) with (fillfactor = 20, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500);
insert into event_low_water (low_water, outbox_floor) values (0, 0);
comment on table event_low_water is
  'One row: every event up to low_water had been sent, or waits; no pointer up to outbox_floor is left. Moved on by the relays, several times a second while there is traffic.';

-- What workers tell of deliveries, so that the reconciler knows what a queue can no longer hold.
create table event_queue_mark (
  queue text not null,
  bucket timestamptz not null,
  low_water bigint not null,
  primary key (queue, bucket)
);
comment on table event_queue_mark is
  'For each queue and five seconds, the lowest low-water position of the messages that workers received. Written by workers every two seconds while messages come. Deleted by them when an hour old.';

-- How far every event of a route is done with, so that the reconciler looks at each once and at what is left behind again.
alter table event_route add column finished_through bigint not null default 0;

create table event_straggler (
  event_id uuid not null,
  handler text not null,
  type text not null,
  position bigint not null,
  away_position bigint,
  away_at timestamptz,
  sent_again integer not null default 0,
  look_at timestamptz not null default now(),
  primary key (event_id, handler),
  check ((away_position is null) = (away_at is null))
);
create index event_straggler_look_at on event_straggler (look_at);
comment on table event_straggler is
  'Deliveries that a route''s finished_through has passed and that are not finished: they wait, run, are on their way or lost. Written and looked at by the reconciler; away_position is the last position when one was first seen nowhere in Postgres. Deleted when finished, dead or no longer routed.';
create index event_dead_letter_event on event_dead_letter (event_id) where event_id is not null;

-- What retention looks for.
create index event_dead_letter_resolved_at on event_dead_letter (resolved_at) where resolved_at is not null;
create index user_session_revoked_at on user_session (revoked_at) where revoked_at is not null;
