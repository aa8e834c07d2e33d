-- ---------------------------------------------------------------------------------------------------------------------
-- Rooms
-- ---------------------------------------------------------------------------------------------------------------------

create table room (
  id uuid primary key,
  name text not null,
  access text not null check (access in ('everyone', 'open', 'invitation')),
  invitation_code text unique,
  created_by uuid references users (id) on delete set null,
  created_at timestamptz not null default now(),
  check ((access = 'invitation') = (invitation_code is not null))
);
create index room_open on room (id desc) where access = 'open';
create index room_created_by on room (created_by);
create index room_everyone on room (id) where access = 'everyone';
comment on table room is
  'Where members meet. everyone: all are in it, without a membership. open: anybody may join. invitation: whoever has the code may. Kept for good; a member makes 20 at most.';

create table room_membership (
  room_id uuid not null references room (id) on delete cascade,
  user_id uuid not null references users (id) on delete cascade,
  role text not null check (role in ('member', 'moderator')),
  joined_at timestamptz not null default now(),
  removed_at timestamptz,
  primary key (room_id, user_id)
);
create index room_membership_user on room_membership (user_id);
comment on table room_membership is
  'Who is in a room. Deleted when the member leaves. With removed_at a moderator has ended it, and the row stays to keep them out. Lives as long as the room and the member; a room has 1,000 at most.';

create table room_note (
  id uuid primary key,
  room_id uuid not null references room (id) on delete cascade,
  user_id uuid not null references users (id) on delete cascade,
  body text not null check (char_length(body) between 1 and 500),
  created_at timestamptz not null default now(),
  removed_at timestamptz,
  removed_by uuid references users (id) on delete set null
);
create index room_note_room on room_note (room_id, id desc) where removed_at is null;
create index room_note_user on room_note (user_id, created_at);
create index room_note_removed_by on room_note (removed_by) where removed_by is not null;
create index room_note_created_at on room_note (created_at);
create index room_note_removed_at on room_note (removed_at) where removed_at is not null;
comment on table room_note is
  'What members write to each other, newest first by id (UUIDv7). removed_at: taken down by its author or a moderator. Deleted 30 days after that, and in any case 400 days after it was written.';

-- The room that everybody finds.
insert into room (id, name, access) values ('00000000-0000-7000-8000-000000000001', 'Guild hall', 'everyone');

-- ---------------------------------------------------------------------------------------------------------------------
-- Presence: worth nothing after a crash of the database, so it costs no log. Gateways write again what they miss.
-- ---------------------------------------------------------------------------------------------------------------------

create unlogged table presence_gateway (
  id uuid primary key,
  expires_at timestamptz not null
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 200);
comment on table presence_gateway is
  'The lease of each gateway, renewed every few seconds. What it says of presence counts until expires_at; a minute later another gateway deletes the row, and its presence_lease rows with it.';

create unlogged table presence_lease (
  channel text not null,
  user_id uuid not null,
  gateway_id uuid not null references presence_gateway (id) on delete cascade,
  since timestamptz not null default now(),
  typing_until timestamptz,
  primary key (channel, user_id, gateway_id)
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);
create index presence_lease_gateway on presence_lease (gateway_id);
comment on table presence_lease is
  'Who is on a channel by which gateway: in a room, or online at all on user:{id}. One row however many tabs. Counts for as long as its gateway''s lease; deleted when they leave.';
