-- ---------------------------------------------------------------------------------------------------------------------
-- The audit of the ledger: how far it has come, what it has counted, and what it has found.
-- ---------------------------------------------------------------------------------------------------------------------

-- Few are frozen, and operators ask for them.
create index ledger_account_frozen on ledger_account (owner, currency) where frozen_at is not null;

create table ledger_checkpoint (
  account_id bigint primary key,
  position bigint not null,
  balance bigint not null,
  entries bigint not null check (entries >= 0)
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);
comment on table ledger_checkpoint is
  'What each account holds and how many entries it has, summed by the audit from the transfers up to position, its last one. Of accounts of the system it is the balance, which goes below zero where money comes from. Kept for good, a row an account.';

create table ledger_audit (
  single boolean primary key default true check (single),
  position bigint not null default 0,
  event_position bigint not null default 0,
  recounted_account bigint not null default 0,
  rechecked_position bigint not null default 0,
  finished_at timestamptz,
  took_ms integer not null default 0,
  transfers integer not null default 0,
  accounts integer not null default 0,
  recounted integer not null default 0,
  fully_recounted_at timestamptz
);
insert into ledger_audit default values;
comment on table ledger_audit is
  'One row: transfers up to position and events up to event_position are audited, accounts up to recounted_account were counted again from their first entry in this turn, and transfers up to rechecked_position held against their holds and events again; with figures of the last run. Its lock lets one audit run at a time.';

create table ledger_violation (
  id uuid primary key,
  rule text not null check (rule in ('balance', 'chain', 'recount', 'escrow', 'hold', 'expiry', 'event')),
  subject text not null,
  owner text,
  currency text,
  account_id bigint,
  evidence jsonb not null,
  found_at timestamptz not null default now(),
  resolved_at timestamptz,
  resolved_by text,
  note text check (length(note) <= 2000),
  check ((resolved_at is null) = (resolved_by is null))
);
create unique index ledger_violation_open on ledger_violation (rule, subject) where resolved_at is null;
create index ledger_violation_subject on ledger_violation (subject);
create index ledger_violation_owner on ledger_violation (owner, currency) where resolved_at is null;
comment on table ledger_violation is
  'What the audit found that must not be: which rule, about what, whose wallet, and the evidence. The wallet is frozen in the same transaction. Open until an operator has unfrozen it. Kept for good.';
