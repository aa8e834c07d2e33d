-- ---------------------------------------------------------------------------------------------------------------------
-- The ledger: accounts, transfers between them, and holds. The database itself keeps its rules, whoever writes.
--
-- Raised to whoever breaks one: SL001 an account has moved on since it was read, SL002 it is frozen, SL003 currencies differ,
-- SL004 there is no such account, SL005 a transfer would be changed, SL006 a key or a hold was somebody else's first.
-- ---------------------------------------------------------------------------------------------------------------------

create table ledger_account (
  id bigint generated always as identity primary key,
  kind text not null,
  owner text,
  currency text not null,
  balance bigint check (balance between 0 and 9007199254740991),
  entries bigint not null default 0,
  spent_on date,
  spent bigint not null default 0,
  spends_since timestamptz,
  spends integer not null default 0,
  frozen_at timestamptz,
  frozen_reason text,
  created_at timestamptz not null default now(),
  unique nulls not distinct (owner, currency, kind),
  check (owner is not null or balance is null),
  check (owner is null or (balance is not null and kind in ('available', 'escrow', 'earnings'))),
  check ((frozen_at is null) = (frozen_reason is null))
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);
comment on table ledger_account is
  'Where money is. A wallet is the three accounts of an owner in a currency. Those of the system have no owner and keep no balance, as every transfer of a kind would wait for it; theirs is summed by the audit. entries counts what was posted and is the account''s version. spent and spends: what holds and transfers took on the day spent_on and in the minute since spends_since, for limits. Kept for good; moved by ledger_transfer alone.';

create table ledger_transfer (
  position bigint generated always as identity primary key,
  id uuid not null unique,
  operation_id text not null,
  kind text not null check (kind in ('credit', 'debit', 'transfer', 'hold', 'settle', 'refund')),
  reason text not null,
  debit_account bigint not null,
  credit_account bigint not null check (credit_account <> debit_account),
  currency text not null,
  amount bigint not null check (amount between 1 and 1000000000000),
  debit_entry bigint,
  debit_balance bigint check (debit_balance >= 0),
  credit_entry bigint,
  credit_balance bigint check (credit_balance >= 0),
  escrow_id uuid,
  queue_item_id text,
  feature_type text,
  created_at timestamptz not null default now()
) with (autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 100000, autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 100000);
create index ledger_transfer_debit on ledger_transfer (debit_account, position desc);
create index ledger_transfer_credit on ledger_transfer (credit_account, position desc);
comment on table ledger_transfer is
  'A positive amount from one account to another, with what both hold afterwards and the number of the entry in each; null for accounts of the system. id is that of its event wallet:ledger-entry.created. Transfers of one operation_id were written together. Posted to the accounts as it is written; never changed and never deleted. Kept for good.';

create table escrow (
  id uuid primary key,
  owner text not null,
  currency text not null,
  amount bigint not null check (amount > 0),
  status text not null default 'held' check (status in ('held', 'settled', 'refunded', 'partially_settled')),
  payee text,
  settled_amount bigint not null default 0 check (settled_amount >= 0),
  refunded_amount bigint not null default 0 check (refunded_amount >= 0),
  reason text not null,
  queue_item_id text,
  feature_type text,
  expires_at timestamptz,
  created_at timestamptz not null default now(),
  resolved_at timestamptz,
  check (status = 'held' or settled_amount + refunded_amount = amount),
  check ((status = 'held') = (resolved_at is null)),
  check ((status in ('settled', 'partially_settled')) = (settled_amount > 0)),
  check ((status in ('refunded', 'partially_settled')) = (refunded_amount > 0)),
  check (settled_amount = 0 or payee is not null)
) with (fillfactor = 80);
create index escrow_open on escrow (owner, currency, id) where status = 'held';
create index escrow_expiring on escrow (expires_at) where status = 'held';
comment on table escrow is
  'A hold: money of its owner that waits to be settled to a payee, refunded, or both in parts. Resolved once. An owner''s escrow account holds the sum of their open ones. Kept for good.';

create table ledger_refusal (
  id bigint generated always as identity primary key,
  at timestamptz not null default now(),
  user_id text,
  operation text not null,
  code text not null,
  amount numeric,
  currency text,
  actor text not null,
  correlation_id uuid not null
);
create index ledger_refusal_user on ledger_refusal (user_id, at desc);
create index ledger_refusal_at on ledger_refusal (at);
comment on table ledger_refusal is
  'Operations that were refused: who asked, what, and why not; nothing moved. Deleted after 90 days.';

-- Each entry: a transfer as one of its two accounts sees it.
create view ledger_entry as
  select position, id as transfer_id, debit_account as account_id, debit_entry as entry, -amount as amount, debit_balance as balance,
    credit_account as other_account_id, operation_id, kind, reason, currency, escrow_id, queue_item_id, feature_type, created_at
  from ledger_transfer
  union all
  select position, id, credit_account, credit_entry, amount, credit_balance,
    debit_account, operation_id, kind, reason, currency, escrow_id, queue_item_id, feature_type, created_at
  from ledger_transfer;

-- Posts what one statement wrote: all of it, or none. What the rows say that accounts hold afterwards must be so. Accounts are locked in
-- one order, so that nobody waits in a circle; they are found by their key whatever the statistics say.
create function ledger_post() returns trigger language plpgsql
  set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set plan_cache_mode = force_generic_plan
as $$
declare
  touched bigint;
  posted bigint;
  broken record;
begin
  with side as (
    select debit_account as account, currency, -amount as delta, debit_entry as entry, debit_balance as balance,
      case when kind in ('hold', 'transfer') then amount end as spent
    from written
    union all
    select credit_account, currency, amount, credit_entry, credit_balance, null from written
  ), change as (
    select account, min(currency) as currency, max(currency) as other_currency, sum(delta)::bigint as delta, count(*) as entries,
      count(entry) as numbered, max(entry) as last, (array_agg(balance order by entry desc))[1] as balance,
      coalesce(sum(spent), 0)::bigint as spent, count(spent) as spends
    from side group by account
  ), moved as (
    update ledger_account as account set
      balance = account.balance + change.delta,
      entries = account.entries + change.entries,
      spent_on = case when change.spends = 0 then account.spent_on else (now() at time zone 'utc')::date end,
      spent = case when change.spends = 0 or account.spent_on = (now() at time zone 'utc')::date then account.spent else 0 end + change.spent,
      spends_since = case when change.spends = 0 then account.spends_since else date_trunc('minute', now()) end,
      spends = case when change.spends = 0 or account.spends_since = date_trunc('minute', now()) then account.spends else 0 end + change.spends
    from (select * from change order by account offset 0) as change
    where account.id = change.account and account.owner is not null and account.frozen_at is null
      and change.currency = change.other_currency and account.currency = change.currency
      and change.numbered = change.entries and account.entries + change.entries = change.last
      and account.balance + change.delta = change.balance
    returning 1
  )
  select (select count(*) from change),
    (select count(*) from moved) + (
      select count(*) from change join ledger_account as account on account.id = change.account
      where change.numbered = 0 and account.owner is null
        and change.currency = change.other_currency and account.currency = change.currency
    )
  into touched, posted;
  if touched = posted then return null; end if;

  for broken in
    select written.id, written.currency, account.id as account, account.currency as its_currency, account.frozen_at
    from written cross join lateral (values (debit_account), (credit_account)) as side (account_id)
    left join ledger_account as account on account.id = side.account_id
  loop
    if broken.account is null then
      raise exception 'transfer % names an account that does not exist', broken.id using errcode = 'SL004';
    elsif broken.currency <> broken.its_currency then
      raise exception 'transfer % of % names an account of %', broken.id, broken.currency, broken.its_currency using errcode = 'SL003';
    elsif broken.frozen_at is not null then
      raise exception 'account % is frozen', broken.account using errcode = 'SL002';
    end if;
  end loop;
  raise exception 'an account has moved on, or a transfer does not say what it holds afterwards' using errcode = 'SL001';
end $$;
create trigger ledger_transfer_post after insert on ledger_transfer
  referencing new table as written for each statement execute function ledger_post();

create function ledger_keep() returns trigger language plpgsql as $$
begin
  raise exception 'transfers are never changed: write another one' using errcode = 'SL005';
end $$;
create trigger ledger_transfer_keep before update or delete or truncate on ledger_transfer
  for each statement execute function ledger_keep();

-- Ends the transaction when a statement found fewer rows as it wants them than it must have.
create function ledger_require(got bigint, must bigint) returns void language plpgsql as $$
begin
  if got <> must then
    raise exception 'found % of %', got, must using errcode = 'SL006';
  end if;
end $$;
