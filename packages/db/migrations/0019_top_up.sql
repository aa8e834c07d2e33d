-- ---------------------------------------------------------------------------------------------------------------------
-- Top-ups, and what statements and searches for recipients read by.
-- ---------------------------------------------------------------------------------------------------------------------

create table top_up (
  id uuid primary key,
  user_id uuid not null references users (id) on delete cascade,
  amount bigint not null check (amount > 0),
  currency text not null,
  status text not null default 'pending' check (status in ('pending', 'paid', 'cancelled', 'failed')),
  provider text not null,
  provider_reference text not null,
  checkout_url text not null,
  decided_by text,
  created_at timestamptz not null default now(),
  decided_at timestamptz,
  check ((status = 'pending') = (decided_by is null)),
  check ((status = 'pending') = (decided_at is null))
);
create index top_up_pending on top_up (user_id) where status = 'pending';
create index top_up_unpaid on top_up (created_at) where status <> 'paid';
comment on table top_up is
  'Money that a member pays in by a payment provider. Decided once, by the provider''s event decided_by; the credit is written in the transaction that makes it paid, with its id as operation_id. Paid ones are kept for good, others deleted after 90 days.';

-- Positions rise with time but for what waited in its transaction: give a minute on either side, and compare created_at itself.
create function ledger_position_at(moment timestamptz) returns bigint language plpgsql stable as $$
declare
  before bigint := 0;
  after bigint;
  middle bigint;
  found_at bigint;
  written timestamptz;
begin
  select coalesce(max(position), 0) + 1 into after from ledger_transfer;
  while before + 1 < after loop
    middle := before + (after - before) / 2;
    select position, created_at into found_at, written from ledger_transfer where position >= middle order by position limit 1;
    if found_at < after and written < moment then before := found_at; else after := middle; end if;
  end loop;
  return after;
end $$;
comment on function ledger_position_at is
  'The position from which transfers were written at a moment or later, found by halving: a few dozen looks at the primary key however long the ledger is.';

create index users_display_name on users (lower(display_name) text_pattern_ops, id);
