-- How many open dead letters each cause has, kept by triggers, so that a list of causes costs the same however many there are. Eight rows a
-- cause: deliveries that die together would otherwise wait for each other's commit.
create table dead_letter_count (
  fingerprint text not null,
  handler text not null,
  type text not null,
  spread smallint not null,
  count bigint not null,
  primary key (fingerprint, type, spread)
);
comment on table dead_letter_count is 'Open dead letters by cause and event type; a count is the sum of its rows, of which single ones may be negative. Causes without any are removed daily.';

create function count_dead_letters() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    insert into dead_letter_count as kept (fingerprint, handler, type, spread, count)
    select dead_letter_fingerprint(handler, queue, reason, error), coalesce(handler, ''), coalesce(type, ''), pg_backend_pid() % 8, count(*)
    from after where resolved_at is null
    group by 1, 2, 3 order by 1, 3
    on conflict (fingerprint, type, spread) do update set count = kept.count + excluded.count;
  elsif tg_op = 'DELETE' then
    insert into dead_letter_count as kept (fingerprint, handler, type, spread, count)
    select dead_letter_fingerprint(handler, queue, reason, error), coalesce(handler, ''), coalesce(type, ''), pg_backend_pid() % 8, -count(*)
    from before where resolved_at is null
    group by 1, 2, 3 order by 1, 3
    on conflict (fingerprint, type, spread) do update set count = kept.count + excluded.count;
  else
    insert into dead_letter_count as kept (fingerprint, handler, type, spread, count)
    select dead_letter_fingerprint(handler, queue, reason, error), coalesce(handler, ''), coalesce(type, ''), pg_backend_pid() % 8, sum(change)
    from (
      select handler, queue, reason, error, type, 1 as change from after where resolved_at is null
      union all
      select handler, queue, reason, error, type, -1 from before where resolved_at is null
    ) as changed
    group by 1, 2, 3 having sum(change) <> 0 order by 1, 3
    on conflict (fingerprint, type, spread) do update set count = kept.count + excluded.count;
  end if;
  return null;
end $$;

create trigger dead_letter_inserted after insert on event_dead_letter
  referencing new table as after for each statement execute function count_dead_letters();
create trigger dead_letter_updated after update on event_dead_letter
  referencing old table as before new table as after for each statement execute function count_dead_letters();
create trigger dead_letter_deleted after delete on event_dead_letter
  referencing old table as before for each statement execute function count_dead_letters();

insert into dead_letter_count (fingerprint, handler, type, spread, count)
select dead_letter_fingerprint(handler, queue, reason, error), coalesce(handler, ''), coalesce(type, ''), 0, count(*)
from event_dead_letter where resolved_at is null
group by 1, 2, 3;
