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
