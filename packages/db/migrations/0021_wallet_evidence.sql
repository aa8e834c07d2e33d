-- ---------------------------------------------------------------------------------------------------------------------
-- What is left behind where money did not move: payments that were not credited, refusals in bulk, findings beyond a run.
-- ---------------------------------------------------------------------------------------------------------------------

-- A top-up is written first, and has its checkout when the provider has made one.
alter table top_up alter column provider_reference drop not null, alter column checkout_url drop not null;
-- Not valid, here and below: what is there already is so, and a long table is not read under a lock to prove it.
alter table top_up add constraint top_up_checkout_check check ((provider_reference is null) = (checkout_url is null)) not valid;

create table top_up_payment (
  provider text not null,
  event_id text not null check (length(event_id) <= 200),
  top_up_id uuid not null,
  amount numeric not null,
  currency text not null check (length(currency) <= 50),
  outcome text not null check (outcome in ('credited', 'repeated', 'owed')),
  code text,
  received_at timestamptz not null,
  closed_at timestamptz,
  closed_by text,
  note text check (length(note) <= 2000),
  primary key (provider, event_id, top_up_id),
  check ((outcome = 'owed') = (code is not null)),
  check ((closed_at is null) = (closed_by is null)),
  check (closed_at is null or outcome = 'owed')
);
create index top_up_payment_owed on top_up_payment (received_at) where outcome = 'owed' and closed_at is null;
comment on table top_up_payment is
  'Every event by which a provider said that something was paid, and how much: credited, repeated of what was credited, or owed because of code, such as a top-up that had ended. What is owed waits for an operator, who gives it back and closes it. Kept for good, also when its top-up is gone.';

alter table ledger_refusal add column count integer not null default 1;
alter table ledger_refusal add constraint ledger_refusal_count_check check (count > 0) not valid;
comment on table ledger_refusal is
  'Operations that were refused: who asked, what, and why not; nothing moved. Beyond 60 of a member in a minute a line stands for count of them and says no amount. Deleted after 90 days.';

alter table ledger_audit add column more integer not null default 0;
drop index ledger_violation_owner;
create index ledger_violation_owner on ledger_violation (owner, currency, resolved_at);
comment on table ledger_violation is
  'What the audit found that must not be: which rule, about what, whose wallet, and the evidence. The wallet is frozen in the same transaction. Open until an operator has unfrozen it, or closed what is of no wallet. Kept for good.';
