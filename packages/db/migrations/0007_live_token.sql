-- A client without cookie opens its live connection with a token that its session was given a moment ago.
create table live_token (
  token_hash bytea primary key,
  session_id uuid not null references user_session (id) on delete cascade,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  used_at timestamptz
);
create index live_token_session on live_token (session_id, created_at);
create index live_token_expires_at on live_token (expires_at);
comment on table live_token is 'Single-use tokens of live connections, by their SHA-256, valid for a minute. Deleted a day after they expired.';
