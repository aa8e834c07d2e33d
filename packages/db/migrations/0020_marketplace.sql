-- ---------------------------------------------------------------------------------------------------------------------
-- The marketplace: performances that fans request of creators
-- ---------------------------------------------------------------------------------------------------------------------

create table performance_request (
  id uuid primary key,
  fan_id uuid not null references users (id),
  creator_id uuid not null references users (id) check (creator_id <> fan_id),
  title text not null check (char_length(title) between 1 and 80),
  details text not null check (char_length(details) <= 1000),
  currency text not null,
  amount bigint not null check (amount between 1 and 1000000000000),
  escrow_id uuid not null unique references escrow (id) deferrable initially deferred,
  status text not null default 'requested' check (status in (
    'requested', 'accepted', 'performed', 'disputed', 'completed', 'declined', 'withdrawn', 'expired', 'refunded')),
  is_open boolean not null generated always as (status in ('requested', 'accepted', 'performed', 'disputed')) stored,
  performed_amount bigint check (performed_amount between 1 and amount),
  settled_amount bigint not null default 0 check (settled_amount >= 0),
  refunded_amount bigint not null default 0 check (refunded_amount >= 0),
  due_at timestamptz,
  disputed_at timestamptz,
  version integer not null default 1 check (version > 0),
  created_at timestamptz not null,
  updated_at timestamptz not null,
  check (settled_amount + refunded_amount = case when status in ('requested', 'accepted', 'performed', 'disputed') then 0 else amount end),
  check ((status = 'completed') = (settled_amount > 0)),
  check ((performed_amount is not null) = (status in ('performed', 'disputed', 'completed', 'refunded'))),
  check ((due_at is not null) = (status in ('requested', 'accepted', 'performed'))),
  check (status <> 'disputed' or disputed_at is not null)
) with (fillfactor = 80);
create index performance_request_fan on performance_request (fan_id, is_open, id desc);
create index performance_request_creator on performance_request (creator_id, is_open, id desc);
create index performance_request_completed on performance_request (creator_id) where status = 'completed';
create index performance_request_disputed on performance_request (disputed_at, id) where status = 'disputed';
comment on table performance_request is
  'A performance that a fan has requested of a creator, and its price, which escrow holds until the request ends: then the settled and the refunded part make up the price. due_at: when it expires, or pays the creator; the hold''s own time and a timer do it. version is raised by every step. Kept for good, as the transfers are that it explains.';

create table performance_request_step (
  request_id uuid not null references performance_request (id),
  version integer not null,
  status text not null check (status in (
    'requested', 'accepted', 'performed', 'disputed', 'completed', 'declined', 'withdrawn', 'expired', 'refunded')),
  side text not null check (side in ('fan', 'creator', 'support', 'time')),
  note text check (char_length(note) between 1 and 500),
  at timestamptz not null,
  primary key (request_id, version)
);
comment on table performance_request_step is
  'The timeline of a request: each state that it came to, who brought it there, and what they said. One row for each version of the request, written with it and never changed. Kept as long as the request.';

create index users_creator on users (lower(display_name), id) where role = 'creator';
