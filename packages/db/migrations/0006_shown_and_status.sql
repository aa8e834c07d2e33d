-- ---------------------------------------------------------------------------------------------------------------------
-- Acknowledged to the pixel
-- ---------------------------------------------------------------------------------------------------------------------

create table push_seen (
  channel text not null,
  "offset" bigint not null,
  user_id uuid not null,
  tab text not null,
  connection_id uuid not null,
  shown_at timestamptz not null,
  waited_ms integer not null check (waited_ms >= 0),
  primary key (channel, "offset", user_id, tab)
);
create index push_seen_shown_at on push_seen (shown_at);
comment on table push_seen is
  'Which messages were painted on whose screen: a row a message and tab, reported by the client and written in batches by gateways, which drop what is too much. shown_at by the gateway''s clock, waited_ms after the tab had received it. Kept as long as push_message.';

-- An event's pushes, for its way.
create index push_message_event on push_message (event_id);

-- ---------------------------------------------------------------------------------------------------------------------
-- System status
-- ---------------------------------------------------------------------------------------------------------------------

create table process_heartbeat (
  kind text not null,
  instance text not null,
  ready boolean not null,
  waiting_for text[] not null default '{}',
  ready_at timestamptz not null default now(),
  at timestamptz not null default now(),
  primary key (kind, instance)
) with (fillfactor = 50);
comment on table process_heartbeat is
  'A row a process that runs, or ran: when it was last heard, and last had all that it needs. Written every few seconds, deleted when it ends in order beside another of its kind; a kind whose processes are all silent is missed until its rows are deleted, an hour old.';

create table system_health (
  single boolean primary key default true check (single),
  version bigint not null,
  parts jsonb not null default '{}',
  changed_at timestamptz not null default now(),
  checked_at timestamptz not null default '-infinity',
  watched_since timestamptz not null default '-infinity'
) with (fillfactor = 20);
insert into system_health (version) values (0);
comment on table system_health is
  'One row: which parts of the system are degraded, or about to be or to recover. Its lock lets one process judge at a time, so a change is one event.';

create table system_announcement (
  id uuid primary key,
  text text not null,
  published_at timestamptz not null,
  until timestamptz,
  withdrawn_at timestamptz
);
create unique index system_announcement_current on system_announcement ((true)) where withdrawn_at is null;
comment on table system_announcement is
  'What operators tell everyone; one that is not withdrawn is shown until its time. Deleted 400 days after it was published, when it is over.';
