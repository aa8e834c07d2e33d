-- What 0021 demanded of new rows holds for all of them: read once, while others go on reading and writing (unless 0021 is new too: then its
-- locks are still held). First, so that the lock for the new column below is held for a moment only. A row that breaks one stops the migration.
alter table ledger_refusal validate constraint ledger_refusal_count_check;
alter table top_up validate constraint top_up_checkout_check;

-- What could not be opened at once takes room among a member's open checkouts again when it is asked for later. Null: it never was.
alter table top_up add column asked_again_at timestamptz;
comment on table top_up is
  'Money that a member pays in by a payment provider. Its checkout was asked for when it began and, if it got none, again at asked_again_at. Decided once, by the provider''s event decided_by; the credit is written in the transaction that makes it paid, with its id as operation_id. Paid ones are kept for good, others deleted after 90 days.';
