import type { LabDatabase } from '../harness/lab';
import { countedData, USERS } from './counted';
import { QUEUE } from './queue';

const SHORTEST = countedData(0);

/** Makes a handler of `bench:counted` known, as a deploy does, so that relays send to its queue. */
export async function routeCounted(database: LabDatabase, handlers: readonly string[]): Promise<void> {
  await database.pool.query(
    `insert into event_route (type, handler, queue, kind, since_position)
     select 'bench:counted', handler, $2, 'handle', 0 from unnest($1::text[]) as handler`,
    [handlers, QUEUE],
  );
}

/**
 * Commits events with their pointers in one transaction, as one large unit of work would, then sends the hint. Numbers
 * from `first` on decide whose they are.
 */
export async function commitCountedEvents(database: LabDatabase, count: number, first = 0): Promise<void> {
  await database.pool.query(
    `with written as (
       insert into event_history (event_id, type, version, source_module, subject, data, actor, correlation_id, occurred_at)
       select uuidv7(), 'bench:counted', 1, 'bench', 'user:' || name,
         jsonb_build_object('userId', name, 'amount', 1, 'padding', $3::text), 'system', uuidv7(), now()
       from generate_series($1::int, $1::int + $2::int - 1) as nth,
         lateral (select 'user-' || lpad((nth % ${USERS})::text, 4, '0') as name) as named
       returning event_id, position
     )
     insert into event_outbox (event_id) select event_id from written order by position`,
    [first, count, SHORTEST.padding],
  );
  await database.pool.query(`select pg_notify('skelly_outbox', '')`);
}
