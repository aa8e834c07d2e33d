import type pg from 'pg';
import type { Pointer } from './claim';

/** A pointer that waits, for how long and why. */
export interface Parked {
  readonly pointer: Pointer;
  readonly delayMs: number;
  readonly reason: string;
}

/** Lets pointers wait in the schedule: their queue did not take them, or takes nothing now. */
export async function parkPointers(client: pg.ClientBase, parked: readonly Parked[]): Promise<void> {
  if (parked.length === 0) return;
  await client.query({
    name: 'outbox-park',
    text: `
      insert into event_schedule (key, kind, due_at, event_id, run, handler, queue, reason)
      select 'relay:' || event_id || ':' || coalesce(handler, '') || ':' || coalesce(queue, '') || ':' || run, 'parked',
        now() + make_interval(secs => delay), event_id, run, handler, queue, reason
      from (select distinct on (event_id, run, handler, queue) *
            from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::float8[], $6::text[]) as given (event_id, run, handler, queue, delay, reason)) as parked
      on conflict (key) do update set due_at = excluded.due_at, reason = excluded.reason`,
    values: [
      parked.map(({ pointer }) => pointer.eventId),
      parked.map(({ pointer }) => pointer.run),
      parked.map(({ pointer }) => pointer.handler),
      parked.map(({ pointer }) => pointer.queue),
      parked.map(({ delayMs }) => delayMs / 1_000),
      parked.map(({ reason }) => reason.slice(0, 500)),
    ],
  });
}
