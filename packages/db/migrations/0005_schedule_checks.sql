-- A timer whose contract no relay knows is given up some time after it was first met, not after it was due: relays may have been away.
alter table event_schedule add column unknown_since timestamptz;
-- What neither names a handler nor a queue would be promoted to all of them.
alter table event_schedule add constraint event_schedule_aimed
  check (kind not in ('retry', 'parked') or handler is not null or queue is not null);
