import type { Database } from '@skelly/db';
import type { DeliveryKey } from '../run/delivery';

const columns = (keys: readonly DeliveryKey[]) => [
  keys.map(({ eventId }) => eventId),
  keys.map(({ handler }) => handler),
  keys.map(({ run }) => run),
];

/** How often each delivery was begun alone and never ended. @returns in their order. */
export async function readStarts(database: Database, keys: readonly DeliveryKey[]): Promise<readonly number[]> {
  const { rows } = await database.pool.query<{ starts: number }>({
    name: 'suspect-read',
    text: `select coalesce(starts, 0) as starts
           from unnest($1::uuid[], $2::text[], $3::uuid[]) with ordinality as given (event_id, handler, run, nth)
           left join event_suspect using (event_id, handler, run) order by nth`,
    values: columns(keys),
  });
  return rows.map(({ starts }) => starts);
}

/** Writes, before a delivery runs alone, that it has begun. */
export async function noteStart(
  database: Database,
  { eventId, handler, run }: DeliveryKey,
  worker: string,
): Promise<void> {
  await database.pool.query({
    name: 'suspect-start',
    text: `insert into event_suspect as known (event_id, handler, run, starts, worker) values ($1, $2, $3, 1, $4)
           on conflict (event_id, handler, run) do update set starts = known.starts + 1, worker = excluded.worker, started_at = now()`,
    values: [eventId, handler, run, worker],
  });
}

/** Removes what was noted: the delivery has ended, and its worker lives. */
export async function noteEnd(database: Database, { eventId, handler, run }: DeliveryKey): Promise<void> {
  await database.pool.query({
    name: 'suspect-end',
    text: 'delete from event_suspect where event_id = $1 and handler = $2 and run = $3',
    values: [eventId, handler, run],
  });
}
