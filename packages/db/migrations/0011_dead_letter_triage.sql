-- What operators do with dead letters. How one ended, by whom and why; those of one cause are found by its fingerprint: handler, reason and
-- error without what differs from case to case (ids and numbers). One that is resolved without a word has finished after all.
alter table event_dead_letter
  add column resolution text check (resolution in ('retried', 'edited', 'discarded', 'finished')),
  add column resolved_by text,
  add column note text,
  add column fingerprint text not null generated always as (
    substr(md5(coalesce(handler, queue, '') || E'\x1f' || reason || E'\x1f'
      || regexp_replace(regexp_replace(error, '[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}', '#', 'g'), '[0-9]+', '#', 'g')), 1, 12)
  ) stored;
create index event_dead_letter_open on event_dead_letter (fingerprint, id) where resolved_at is null;

create table event_correction (
  event_id uuid not null,
  handler text not null,
  run uuid not null,
  version integer not null,
  data jsonb not null,
  actor text not null,
  note text not null,
  created_at timestamptz not null default now(),
  primary key (event_id, handler, run)
);
comment on table event_correction is 'What a handler is given in place of an event''s data, because an operator has edited it. History keeps the original. Kept as long as the dead letter that it was made for.';
