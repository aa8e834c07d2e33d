-- What members see in their activity feed, in the order of the log.
create table activity_entry (
  user_id text not null,
  position bigint not null,
  event_id uuid not null,
  event_type text not null,
  at timestamptz not null,
  metadata jsonb not null,
  primary key (user_id, position)
);
create index activity_entry_at on activity_entry (at);
comment on table activity_entry is
  'Activity feeds: one entry of a member for each event that tells of their money, however often the event comes. position is the event''s in the log. Deleted after 400 days.';
