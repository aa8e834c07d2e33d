-- What workers tell of deliveries, so that the reconciler knows what a queue can no longer hold.
create table event_queue_mark (
  queue text not null,
  bucket timestamptz not null,
  low_water bigint not null,
  primary key (queue, bucket)
);
comment on table event_queue_mark is
  'For each queue and five seconds, the lowest low-water position of the messages that workers received. Written by workers every two seconds while messages come. Deleted by them when an hour old.';
