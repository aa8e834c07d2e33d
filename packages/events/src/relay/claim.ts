import type { EventEnvelope } from '@skelly/types/event';
import type pg from 'pg';
import { buildRouteTable, type RouteTable } from '../routes/routes';
import type { Outgoing } from './pack';

/** A pointer taken from the outbox, with its event; `event` is null when the history no longer has it. */
export interface ClaimedPointer {
  readonly id: number;
  readonly eventId: string;
  readonly run: string;
  /** For this handler alone. */
  readonly handler: string | null;
  /** For the handlers of this queue alone. */
  readonly queue: string | null;
  readonly event: EventEnvelope | null;
}

// Several relays take different rows. `id > $1` spares the index from walking over dead rows that a long snapshot keeps.
const CLAIM = {
  name: 'outbox-claim',
  text: `
    with claimed as (
      delete from event_outbox where id = any (array(
        select id from event_outbox where id > $1 order by id limit $2 for update skip locked
      ))
      returning id, event_id, handler, queue, run
    )
    select claimed.id, claimed.event_id as "eventId", claimed.run, claimed.handler, claimed.queue, history.position,
      history.type, history.version, history.source_module as "sourceModule", history.subject, history.tenant, history.actor,
      history.correlation_id as "correlationId", history.causation_id as "causationId", history.traceparent,
      history.occurred_at as "occurredAt", history.data
    from claimed left join event_history as history using (event_id)
    order by claimed.id`,
};

type ClaimRow = Omit<ClaimedPointer, 'event'> & { position: number | null; occurredAt: Date } & Omit<
    EventEnvelope,
    'position' | 'occurredAt'
  >;

/** Takes up to `limit` pointers with an id above `above`; they come back if the transaction does not commit. */
export async function claimPointers(
  client: pg.ClientBase,
  options: { above: number; limit: number },
): Promise<readonly ClaimedPointer[]> {
  const { rows } = await client.query<ClaimRow>({ ...CLAIM, values: [options.above, options.limit] });
  return rows.map(({ id, run, handler, queue, position, occurredAt, ...envelope }) => ({
    id,
    eventId: envelope.eventId,
    run,
    handler,
    queue,
    event: position === null ? null : { ...envelope, position, occurredAt: occurredAt.toISOString() },
  }));
}

/** Lets pointers wait in the schedule: their queue did not take them. */
export async function parkPointers(
  client: pg.ClientBase,
  pointers: readonly (Outgoing['pointer'] & { readonly delayMs: number; readonly reason: string })[],
): Promise<void> {
  if (pointers.length === 0) return;
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
      pointers.map((pointer) => pointer.eventId),
      pointers.map((pointer) => pointer.run),
      pointers.map((pointer) => pointer.handler),
      pointers.map((pointer) => pointer.queue),
      pointers.map((pointer) => pointer.delayMs / 1_000),
      pointers.map((pointer) => pointer.reason.slice(0, 500)),
    ],
  });
}

/** The routes in force, as this transaction sees them. */
export async function loadRoutes(client: pg.ClientBase): Promise<RouteTable> {
  const { rows } = await client.query<{ type: string; handler: string; queue: string }>({
    name: 'routes-load',
    text: 'select type, handler, queue from event_route where retired_at is null order by type, handler',
  });
  return buildRouteTable(rows);
}
