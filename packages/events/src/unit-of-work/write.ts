import type pg from 'pg';
import type { PushFrame } from '../hints/frames';
import type { BufferedEvent, BufferedPush } from './buffer';

const COLUMNS =
  'event_id, type, version, source_module, subject, data, actor, correlation_id, causation_id, traceparent, occurred_at';

// The pointer is written by the statement that writes the event: neither can be without the other.
const withPointer = (source: string) => `
  with written as (insert into event_history (${COLUMNS}) ${source} returning event_id, position),
       pointed as (insert into event_outbox (event_id) select event_id from written order by position)
  select max(position) as position from written`;

const WRITE_ONE = {
  name: 'event-write-one',
  text: withPointer('values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)'),
};

const WRITE_MANY = {
  name: 'event-write-many',
  text: withPointer(`
    select ${COLUMNS} from unnest($1::uuid[], $2::text[], $3::int[], $4::text[], $5::text[], $6::jsonb[], $7::text[], $8::uuid[],
      $9::uuid[], $10::text[], $11::timestamptz[]) with ordinality as given (${COLUMNS}, ordinality) order by ordinality`),
};

// Channels are moved in sorted order, so that two units of work never wait for each other, and last, so that locks last one commit.
const WRITE_PUSHES = {
  name: 'push-write',
  text: `
    with given as (
      select * from unnest($1::text[], $2::uuid[], $3::text[], $4::jsonb[]) with ordinality as t (channel, event_id, type, data, nth)
    ), counted as (
      select channel, count(*) as messages from given group by channel
    ), moved as (
      insert into push_channel as c (channel, "offset") select channel, messages from counted order by channel
      on conflict (channel) do update set "offset" = c."offset" + excluded."offset", updated_at = now()
      returning channel, "offset"
    ), numbered as (
      select channel, moved."offset" - messages + row_number() over (partition by channel order by nth) as "offset", event_id, type, data, nth
      from given join counted using (channel) join moved using (channel)
    )
    insert into push_message (channel, "offset", event_id, type, data)
    select channel, "offset", event_id, type, data from numbered order by nth
    returning channel, "offset", position, event_id as "eventId", type, data, created_at as "at"`,
};

function row(event: BufferedEvent): unknown[] {
  return [
    event.eventId,
    event.type,
    event.version,
    event.sourceModule,
    event.subject,
    event.data,
    event.actor,
    event.correlationId,
    event.causationId,
    event.traceparent,
    event.occurredAt,
  ];
}

/** The rows' columns, as one array each. */
function transpose(rows: readonly unknown[][]): unknown[][] {
  return (rows[0] as unknown[]).map((_, column) => rows.map((values) => values[column]));
}

/** Writes events and their pointers in one statement. @returns the highest position drawn. */
export async function writeEvents(client: pg.ClientBase, events: readonly BufferedEvent[]): Promise<number> {
  const rows = events.map(row);
  const statement = rows.length === 1 ? { ...WRITE_ONE, values: rows[0] } : { ...WRITE_MANY, values: transpose(rows) };
  const result = await client.query<{ position: number }>(statement);
  return (result.rows[0] as { position: number }).position;
}

/** Appends to channels' streams in one statement. @returns the frames as gateways send them. */
export async function writePushes(
  client: pg.ClientBase,
  pushes: readonly BufferedPush[],
): Promise<readonly PushFrame[]> {
  const values = transpose(pushes.map((push) => [push.channel, push.eventId, push.type, JSON.stringify(push.data)]));
  const { rows } = await client.query<Omit<PushFrame, 'at'> & { at: Date }>({ ...WRITE_PUSHES, values });
  return rows.map((frame) => ({ ...frame, at: frame.at.toISOString() }));
}
