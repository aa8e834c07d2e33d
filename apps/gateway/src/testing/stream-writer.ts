import { randomUUID } from 'node:crypto';
import type pg from 'pg';

/** What the backbone's unit of work writes for pushes, in SQL, so that a test can hold or roll back the transaction around it. */
export async function writeMessages(
  client: pg.ClientBase | pg.Pool,
  channel: string,
  count: number,
  type = 'test:message',
  data: Record<string, unknown> = {},
): Promise<{ offset: number; position: number; eventId: string; at: string }[]> {
  const { rows } = await client.query<{ offset: number; position: number; eventId: string; at: Date }>(
    `with moved as (
       insert into push_channel as c (channel, "offset") values ($1, $2)
       on conflict (channel) do update set "offset" = c."offset" + excluded."offset" returning "offset"
     )
     insert into push_message (channel, "offset", event_id, type, data)
     select $1, "offset" - $2 + nth, gen_random_uuid(), $3, $4::jsonb || jsonb_build_object('nth', "offset" - $2 + nth)
       from moved, generate_series(1, $2) as nth order by nth
     returning "offset"::float8 as "offset", position::float8 as position, event_id as "eventId", created_at as at`,
    [channel, count, type, data],
  );
  return rows.map((row) => ({ ...row, at: row.at.toISOString() }));
}

/** Says to all gateways what was committed, as the notifier does. */
export async function hintMessages(
  client: pg.ClientBase | pg.Pool,
  channel: string,
  messages: readonly { offset: number; position: number; eventId: string; at: string }[],
  type = 'test:message',
): Promise<void> {
  const { rows } = await client.query<{ epoch: string }>('select epoch from push_epoch');
  const frames = messages.map((message) => ({ channel, ...rows[0], ...message, type, data: { nth: message.offset } }));
  await client.query('select pg_notify($1, $2)', ['skelly_push', JSON.stringify(frames)]);
}

/** Writes events into the log, in the caller's transaction. */
export async function writeEvents(
  client: pg.ClientBase | pg.Pool,
  count: number,
  type = 'test:event',
): Promise<number[]> {
  const { rows } = await client.query<{ position: number }>(
    `insert into event_history (event_id, type, version, source_module, subject, data, actor, correlation_id, occurred_at)
     select id::uuid, $2, 1, 'test', 'user:1', '{"secret": true}', 'system', $3, now()
       from unnest($1::text[]) as id returning position::float8 as position`,
    [Array.from({ length: count }, uuidOfNow), type, randomUUID()],
  );
  return rows.map((row) => row.position);
}

/** A UUIDv7, so that the row lands in the partition of today. */
function uuidOfNow(): string {
  const time = Date.now().toString(16).padStart(12, '0');
  const random = randomUUID();
  return `${time.slice(0, 8)}-${time.slice(8)}-7${random.slice(15)}`;
}
