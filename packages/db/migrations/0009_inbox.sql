-- ---------------------------------------------------------------------------------------------------------------------
-- Single notifications: read, archived, and the event that each tells of
-- ---------------------------------------------------------------------------------------------------------------------

alter table notification add column archived_at timestamptz, add column source_event_id uuid;

-- A page of each part of an inbox, and its unread ones, without a look at the rest of it.
create index notification_open on notification (user_id, id) where archived_at is null;
create index notification_archived on notification (user_id, id) where archived_at is not null;
create index notification_new on notification (user_id, id) where read_at is null and archived_at is null;
drop index notification_unread;
comment on column notification.archived_at is 'Out of the inbox since then. What is archived does not count as unread, and is read or new again as before when restored.';
comment on column notification.source_event_id is 'The event that it tells of, for the question why it came.';
comment on table notification_inbox is
  'The unread count of each inbox (neither read nor archived), and the number of its changes. Locked first by whatever changes an inbox. Lives as long as the member.';

-- ---------------------------------------------------------------------------------------------------------------------
-- What members choose, and what became of each notification
-- ---------------------------------------------------------------------------------------------------------------------

create table notification_preference (
  user_id uuid not null references users (id) on delete cascade,
  category text not null,
  channel text not null check (channel in ('in-app', 'mail')),
  enabled boolean not null,
  updated_at timestamptz not null default now(),
  primary key (user_id, category, channel)
);
comment on table notification_preference is 'What a member chose, by category and channel; where there is no row the default holds. Lives as long as the member.';
alter table user_preference add column version bigint not null default 0;
comment on column user_preference.version is 'The number of changes of all preferences of the member.';
comment on column user_preference.mail is 'Not read any more: members choose by category. The version before still writes it.';
comment on column user_preference.in_app is 'Not read any more: members choose by category. The version before still writes it.';

create table notification_delivery (
  event_id uuid not null,
  user_id uuid not null references users (id) on delete cascade,
  category text not null,
  channel text not null check (channel in ('in-app', 'mail')),
  status text not null check (status in ('waiting', 'delivered', 'suppressed', 'retrying', 'failed')),
  reason text not null check (reason in ('always', 'default', 'chosen', 'switched-off', 'default-off', 'duplicate', 'unconfirmed')),
  tries integer not null default 0,
  error text,
  dedup_key text,
  decided_at timestamptz not null,
  at timestamptz not null,
  primary key (event_id, user_id, category, channel)
);
create index notification_delivery_dedup on notification_delivery (user_id, dedup_key, decided_at);
create index notification_delivery_at on notification_delivery (at);
comment on table notification_delivery is
  'What became of an event for a member, channel by channel: the decision is written with the notification, what the mail server said by the mail''s handler. A row an event, so replays record once. Kept for 400 days, as notifications are.';

-- ---------------------------------------------------------------------------------------------------------------------
-- Where sessions were opened
-- ---------------------------------------------------------------------------------------------------------------------

alter table user_session add column device text;
comment on column user_session.device is 'Browser and system, such as "Firefox on Linux", as the browser said.';
