-- The smallest UUIDv7 of a moment: partition bounds and scans by time over event ids.
create function uuid_floor(moment timestamptz) returns uuid
language sql immutable strict parallel safe
as $$
  select (lpad(to_hex(floor(extract(epoch from moment) * 1000)::bigint), 12, '0') || '70008000000000000000')::uuid
$$;

-- ---------------------------------------------------------------------------------------------------------------------
-- The backbone
-- ---------------------------------------------------------------------------------------------------------------------

create sequence event_position cache 1;

create table event_history (
  event_id uuid not null,
  position bigint not null default nextval('event_position'),
  type text not null,
  version integer not null,
  source_module text not null,
  subject text not null,
  tenant text not null default 'main',
  data jsonb not null,
  actor text not null,
  correlation_id uuid not null,
  causation_id uuid,
  idempotency_key text,
  traceparent text,
  occurred_at timestamptz not null,
  primary key (event_id)
) partition by range (event_id);
alter sequence event_position owned by event_history.position;
create index event_history_position on event_history (position);
create index event_history_type on event_history (type text_pattern_ops, position);
create index event_history_subject on event_history (subject, position);
create index event_history_correlation on event_history (correlation_id);
comment on table event_history is
  'Every event, in the order of position; append-only. A row is written with the state that it tells of. Dropped by weekly partition, 400 days old.';

create table event_outbox (
  id bigint generated always as identity primary key,
  event_id uuid not null,
  handler text,
  queue text,
  run uuid not null default '00000000-0000-0000-0000-000000000000',
  status text not null default 'pending' check (status = 'pending'),
  created_at timestamptz not null default now(),
  check (queue is null or handler is null)
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 0);
create index event_outbox_event on event_outbox (event_id);
comment on table event_outbox is
  'Pointers to events that must be sent now. Written with the event, deleted in the transaction that spans the send; so every row is pending. With handler: for that handler alone. With queue: for the handlers of that queue alone.';

create table event_route (
  type text not null,
  handler text not null,
  queue text not null,
  kind text not null check (kind in ('handle', 'effect')),
  since_position bigint not null,
  registered_at timestamptz not null default now(),
  retired_at timestamptz,
  primary key (type, handler)
);
comment on table event_route is
  'Which handlers an event goes to, and by which queue. Written by the deploy step and by workers before they poll; a route ends by an operator''s command.';

create table event_processing_log (
  event_id uuid not null,
  handler text not null,
  run uuid not null default '00000000-0000-0000-0000-000000000000',
  status text not null check (status in ('running', 'finished')),
  queue text not null,
  attempt integer not null,
  worker text not null,
  relayed_at timestamptz,
  received_at timestamptz,
  started_at timestamptz not null,
  finished_at timestamptz,
  lease_until timestamptz,
  primary key (event_id, handler, run),
  check ((status = 'finished') = (finished_at is not null)),
  check (status = 'finished' or lease_until is not null)
) partition by range (event_id);
comment on table event_processing_log is
  'The inbox. A finished row commits with its handler''s effect, so it happens once per event, handler and replay run. A running row is an effect handler''s lease. Dropped by weekly partition, 90 days old.';

create table event_attempt (
  event_id uuid not null,
  handler text not null,
  run uuid not null default '00000000-0000-0000-0000-000000000000',
  attempt integer not null,
  error_name text not null,
  error_message text not null,
  stack text,
  started_at timestamptz not null,
  failed_at timestamptz not null default now(),
  primary key (event_id, handler, run, attempt)
);
create index event_attempt_failed_at on event_attempt (failed_at);
comment on table event_attempt is 'Failed tries, charged to their handler. Written with the next due time or the dead letter. Deleted after 90 days.';

create table event_schedule (
  key text primary key,
  kind text not null check (kind in ('retry', 'parked', 'timer', 'recurring')),
  due_at timestamptz not null,
  event_id uuid,
  handler text,
  queue text,
  run uuid not null default '00000000-0000-0000-0000-000000000000',
  envelope jsonb,
  cron text,
  time_zone text,
  reason text,
  created_at timestamptz not null default now(),
  check ((kind in ('retry', 'parked')) = (event_id is not null)),
  check ((kind in ('timer', 'recurring')) = (envelope is not null)),
  check ((kind = 'recurring') = (cron is not null and time_zone is not null))
);
create index event_schedule_due_at on event_schedule (due_at);
create index event_schedule_event on event_schedule (event_id, handler) where event_id is not null;
comment on table event_schedule is 'Everything that waits. The relay promotes what is due into the outbox, by this database''s clock. A row lives until it is promoted or cancelled.';

create table event_dead_letter (
  id bigint generated always as identity primary key,
  event_id uuid,
  handler text,
  run uuid,
  queue text,
  message_id text,
  type text,
  reason text not null,
  error text not null,
  stack text,
  attempts integer not null default 0,
  body text,
  failed_at timestamptz not null default now(),
  resolved_at timestamptz,
  check (event_id is not null or body is not null)
);
create unique index event_dead_letter_handler on event_dead_letter (event_id, handler, run) where handler is not null and resolved_at is null;
create unique index event_dead_letter_message on event_dead_letter (queue, message_id) where handler is null;
create index event_dead_letter_failed_at on event_dead_letter (failed_at);
comment on table event_dead_letter is 'What could not be done: an event for a handler, or a message as it was received. Kept until an operator resolves it, and 400 days after.';

create table idempotency_record (
  scope text not null,
  key text not null,
  request_hash bytea not null,
  response jsonb not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  primary key (scope, key)
);
create index idempotency_record_expires_at on idempotency_record (expires_at);
comment on table idempotency_record is 'The first answer to a command, kept with the command''s state, so that a retry is the same command. Deleted when expired.';

-- ---------------------------------------------------------------------------------------------------------------------
-- Live delivery
-- ---------------------------------------------------------------------------------------------------------------------

create table push_epoch (
  single boolean primary key default true check (single),
  epoch text not null,
  renewed_at timestamptz not null default now()
);
insert into push_epoch (epoch) values (replace(gen_random_uuid()::text, '-', ''));
comment on table push_epoch is 'One row. Offsets compare only within an epoch; it is renewed after a restore from a backup, when offsets may repeat.';

create table push_channel (
  channel text primary key,
  "offset" bigint not null,
  updated_at timestamptz not null default now()
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05);
comment on table push_channel is 'The offset of each channel''s last message. Never deleted: an offset is never given twice in an epoch.';

create sequence push_position cache 1;

create table push_message (
  channel text not null,
  "offset" bigint not null,
  position bigint not null default nextval('push_position'),
  event_id uuid not null,
  type text not null,
  data jsonb not null,
  created_at timestamptz not null default now(),
  primary key (channel, "offset")
);
alter sequence push_position owned by push_message.position;
create unique index push_message_position on push_message (position);
create index push_message_created_at on push_message (created_at);
comment on table push_message is 'The durable stream of each channel: what a browser may see, and nothing else. Kept for 7 days.';

-- ---------------------------------------------------------------------------------------------------------------------
-- Members
-- ---------------------------------------------------------------------------------------------------------------------

create table users (
  id uuid primary key,
  email text not null check (email = lower(email)),
  display_name text not null,
  password_hash text not null,
  role text not null default 'member' check (role in ('member', 'creator', 'support', 'admin')),
  email_verified_at timestamptz,
  created_at timestamptz not null default now()
);
create unique index users_email on users (email);
comment on table users is 'Members. Kept until the member leaves.';

create table user_session (
  token_hash bytea primary key,
  id uuid not null unique,
  user_id uuid not null references users (id) on delete cascade,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  revoked_at timestamptz
);
create index user_session_user on user_session (user_id);
create index user_session_expires_at on user_session (expires_at);
comment on table user_session is 'Open sessions, by the SHA-256 of their token. Deleted 30 days after they expired or were revoked.';

create table email_verification (
  token_hash bytea primary key,
  user_id uuid not null references users (id) on delete cascade,
  email text not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  used_at timestamptz
);
create index email_verification_user on email_verification (user_id);
create index email_verification_expires_at on email_verification (expires_at);
comment on table email_verification is 'Single-use links, by the SHA-256 of their token, each for the address that it was sent to. Deleted 30 days after they expired.';

create table user_preference (
  user_id uuid primary key references users (id) on delete cascade,
  mail boolean not null default true,
  in_app boolean not null default true,
  locale text not null default 'en',
  time_zone text not null default 'UTC',
  updated_at timestamptz not null default now()
);
comment on table user_preference is 'How a member wants to be reached. Lives as long as the member.';

create table notification (
  id uuid primary key,
  user_id uuid not null references users (id) on delete cascade,
  category text not null,
  title text not null,
  body text not null,
  href text,
  created_at timestamptz not null,
  read_at timestamptz
);
create index notification_user on notification (user_id, id desc);
create index notification_unread on notification (user_id) where read_at is null;
comment on table notification is 'A member''s inbox, newest first by id (UUIDv7). Kept for 400 days.';

create table notification_inbox (
  user_id uuid primary key references users (id) on delete cascade,
  unread integer not null check (unread >= 0),
  version bigint not null
);
comment on table notification_inbox is 'The unread count of each inbox, and the number of its changes. Lives as long as the member.';

create table analytics_counter (
  metric text not null,
  day date not null,
  value bigint not null,
  primary key (metric, day)
);
comment on table analytics_counter is 'What happened how often, by day in UTC. Kept for good: a row a metric and day.';
