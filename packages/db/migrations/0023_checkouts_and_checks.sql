-- What could not be opened at once takes room among a member's open checkouts again when it is asked for later. Null: it never was.
alter table top_up add column asked_again_at timestamptz;
comment on table top_up is
  'Money that a member pays in by a payment provider. Its checkout was asked for when it began and, if it got none, again at asked_again_at. Decided once, by the provider''s event decided_by; the credit is written in the transaction that makes it paid, with its id as operation_id. Paid ones are kept for good, others deleted after 90 days.';
