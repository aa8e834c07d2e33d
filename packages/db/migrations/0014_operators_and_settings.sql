-- What operators do: append only.
create table operator_action (
  id uuid primary key,
  at timestamptz not null default clock_timestamp(),
  actor text not null,
  action text not null,
  target text check (length(target) <= 500),
  reason text check (length(reason) <= 2000),
  detail jsonb not null default '{}' check (octet_length(detail::text) <= 8192)
);
create index operator_action_at on operator_action (at);
comment on table operator_action is
  'What operators changed, and which data they were shown: a row an action, by id in order of time. Never changed; kept for three years, and only then may a row be deleted.';

-- Holds for the owner of the table too. Three years here, a few days more in the retention, whose clock may be another one.
create function operator_action_kept() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' and old.at < now() - interval '1095 days' then
    return old;
  end if;
  raise exception 'operator_action is append only: % is refused', lower(tg_op) using errcode = 'insufficient_privilege';
end $$;
create trigger operator_action_kept before update or delete on operator_action for each row execute function operator_action_kept();
create trigger operator_action_not_emptied before truncate on operator_action for each statement execute function operator_action_kept();

-- Settings that move. What is not here has the value of each process' environment.
create table setting (
  key text primary key,
  value jsonb not null,
  changed_at timestamptz not null default now(),
  changed_by text not null default 'sql'
);
comment on table setting is
  'Values that operators have set; a row a setting, at most as many as there are. Processes follow it within a second, and refuse a value that is not allowed.';

create table setting_head (
  single boolean primary key default true check (single),
  version bigint not null,
  changed_at timestamptz not null default now()
);
insert into setting_head (version) values (0);
comment on table setting_head is 'One row: raised by each change of settings that goes through the API or the command line tool. Its lock lets one change them at a time.';

-- Changes of settings are so rare that they may notify in their transactions; so one that is made by hand is heard as well.
create function setting_changed() returns trigger language plpgsql as $$
begin
  perform pg_notify('skelly_setting', '');
  return null;
end $$;
create trigger setting_changed after insert or update or delete or truncate on setting for each statement execute function setting_changed();
