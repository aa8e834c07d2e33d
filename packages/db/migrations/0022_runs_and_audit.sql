-- What replays send to run again may be lost with its queue as any other message: the reconciler watches it too. A table of its own, since
-- processes of the version before know the stragglers of the ordinary run by event and handler alone.
create table event_run_straggler (
  event_id uuid not null,
  handler text not null,
  run uuid not null,
  type text not null,
  position bigint not null,
  away_position bigint,
  away_at timestamptz,
  sent_again integer not null default 0,
  look_at timestamptz not null default now(),
  primary key (event_id, handler, run),
  check ((away_position is null) = (away_at is null))
);
create index event_run_straggler_look_at on event_run_straggler (look_at);
comment on table event_run_straggler is
  'Deliveries that a replay sent to run again, or that were retried from its dead letters, and that are not finished: as event_straggler, which has those of the ordinary run. Deleted by the reconciler when finished, dead or no longer routed.';

-- What a version before had under way.
insert into event_run_straggler (event_id, handler, run, type, position)
select open.event_id, open.handler, open.replay, history.type, open.position
from replay_delivery as open join replay_run as run on run.id = open.replay and run.again
join event_history as history on history.event_id = open.event_id
on conflict do nothing;

-- What `audit list` filters by, newest first; the last also tells whether somebody was shown something within the hour. All migrations that are
-- new commit together, so these come last, and what is locked is locked while they are built: operator_action against writes, so commands of
-- operators and reads that are recorded wait; where 0021 is new too, top_up, ledger_refusal and ledger_violation against everybody, so top-ups,
-- refusals and audits wait. It is some four seconds for a million rows of operator_action (500,000 took 2.0 s on two cores), and nothing to speak
-- of for the tens of thousands that operators write in a year. With many more, migrate at a quiet time.
create index operator_action_actor on operator_action (actor, id);
create index operator_action_action on operator_action (action, id);
create index operator_action_target on operator_action (target, id) where target is not null;
