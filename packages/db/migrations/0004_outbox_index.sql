-- Pointers to all handlers of an event are most of all and are never looked for by their event: they do without the index, which every
-- transaction that emits has to write.
create index event_outbox_aimed on event_outbox (event_id) where handler is not null or queue is not null;
drop index event_outbox_event;
