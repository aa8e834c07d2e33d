-- What waits for a time of its own: timers and recurring events, beside the pointers that were there before.

alter table event_schedule
  add column occurs_at timestamptz,
  add column missed text check (missed in ('latest', 'all')),
  add column declared boolean not null default false,
  add constraint event_schedule_timer check ((kind in ('timer', 'recurring')) = (occurs_at is not null)),
  add constraint event_schedule_missed check ((kind = 'recurring') = (missed is not null)),
  set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 0);

-- Each kind is looked for by itself, so that a crowd of one never hides the others.
drop index event_schedule_due_at;
create index event_schedule_due_pointer on event_schedule (due_at) where kind in ('retry', 'parked');
create index event_schedule_due_timer on event_schedule (due_at) where kind = 'timer';
create index event_schedule_due_recurring on event_schedule (due_at) where kind = 'recurring';

comment on column event_schedule.occurs_at is
  'For timers and recurring events: when the event says that it happened. due_at is the same, or later where it has to wait for a relay that knows its contract.';
comment on column event_schedule.declared is 'Of recurring events: whether the deploy step registered it, from the list in the code.';
comment on table event_schedule is
  'Everything that waits: pointers (retry, parked), timers, recurring events. The relay promotes what is due by this database''s clock: a pointer into the outbox, a timer into history. A row lives until it is promoted or cancelled, a recurring one until it is cancelled.';
