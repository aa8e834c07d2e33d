import type pg from 'pg';
import type { StoredEvent } from '../message/message';
import { type NamedStatement, queryTogether } from '../unit-of-work/round-trip';

/** A pointer taken from the outbox. */
export interface Pointer {
  readonly eventId: string;
  readonly run: string;
  /** For this handler alone. */
  readonly handler: string | null;
  /** For the handlers of this queue alone. */
  readonly queue: string | null;
}

/** A claimed pointer with what decides about its messages. */
export interface ClaimedPointer extends Pointer {
  readonly id: number;
  /** `gone`: history no longer has the event. `bulky`: its data is read when its turn comes. */
  readonly event: StoredEvent | 'gone' | { readonly bulky: true; readonly type: string; readonly position: number };
}

export interface Claim {
  readonly pointers: readonly ClaimedPointer[];
  /** The version of the routes that this claim must be sent by; undefined when nothing was claimed. */
  readonly routesVersion: number | undefined;
  /** The highest id that was looked at; 0 when there was none. */
  readonly highestId: number;
  /** Whether a bound cut the claim. */
  readonly more: boolean;
}

/** Data above this many bytes, or compressed, is read in small parts later, so that memory does not follow the size of payloads. */
const BULKY_BYTES = 8_192;

// Text, so that nothing is parsed that is only carried on.
const eventColumns = (
  version = 'history.version',
) => `history.type, ${version}, history.source_module, history.subject, history.tenant, history.actor,
  history.correlation_id, history.causation_id, history.traceparent, round(date_part('epoch', history.occurred_at) * 1000)`;

// What an operator has corrected for one handler goes in place of what history has.
const RETURN = `
  select claimed.id, claimed.event_id, claimed.run, claimed.handler, claimed.queue, (select version from event_route_version),
    history.position, ${eventColumns('coalesce(correction.version, history.version)')},
    case when correction.data is not null then correction.data::text
      when pg_column_compression(history.data) is null and pg_column_size(history.data) <= ${BULKY_BYTES} then history.data::text end
  from claimed left join event_history as history using (event_id)
  left join event_correction as correction
    on correction.event_id = claimed.event_id and correction.handler = claimed.handler and correction.run = claimed.run
  order by claimed.id`;

// Several relays take different rows. `id > $1` spares the index from walking over dead rows that a long snapshot keeps.
const CLAIM = {
  name: 'outbox-claim',
  text: `
    with claimed as (
      delete from event_outbox where id = any (array(
        select id from event_outbox where id > $1 order by id limit $2 for update skip locked
      ))
      returning id, event_id, handler, queue, run
    ) ${RETURN}`,
};

const CLAIM_THESE = {
  name: 'outbox-claim-these',
  text: `
    with claimed as (
      delete from event_outbox where id = any (array(
        select id from event_outbox where id = any ($1::bigint[]) order by id for update skip locked
      ))
      returning id, event_id, handler, queue, run
    ) ${RETURN}`,
};

// Of the next pointers, those that a queue which takes messages waits for, and those that nobody waits for.
const LOOK = {
  name: 'outbox-look',
  text: `
    with looked as (
      select id, event_id, handler, queue from event_outbox where id > $1 order by id limit $2
    ), judged as (
      select looked.id, count(route) as ways, count(route) filter (where route.queue <> all ($3::text[])) as open
      from looked
      left join event_history as history using (event_id)
      left join event_route as route on route.type = history.type and route.retired_at is null
        and (looked.handler is null or looked.handler = route.handler) and (looked.queue is null or looked.queue = route.queue)
      group by looked.id
    )
    select coalesce((select max(id) from looked), 0) as highest, (select count(*) from looked) as looked,
      array(select id::text from judged where open > 0 or ways = 0 order by judged.id limit $4) as ids`,
};

type ClaimRow = [
  number,
  string,
  string,
  string | null,
  string | null,
  number,
  number | null,
  string,
  number,
  string,
  string,
  string,
  string,
  string,
  string | null,
  string | null,
  number,
  string | null,
];

interface ClaimOptions {
  /** What begins the transaction, run in the claim's round trip. */
  readonly begin: readonly NamedStatement[];
  /** Only ids above it. */
  readonly above: number;
  readonly limit: number;
}

/** Takes up to `limit` pointers; they come back if the transaction does not commit. */
export async function claimPointers(client: pg.ClientBase, { begin, above, limit }: ClaimOptions): Promise<Claim> {
  const claim = { ...CLAIM, values: [above, limit], rowMode: 'array' };
  const results = await queryTogether(client, [...begin, claim]);
  const rows = results.at(-1)?.rows as ClaimRow[];
  return claimOf(rows, { highestId: rows.at(-1)?.[0] ?? 0, more: rows.length === limit });
}

/**
 * Takes, of the next `look` pointers, up to `limit` that an open queue waits for; what only closed queues wait for stays
 * where it is. One event can wait for both: then it is taken.
 */
export async function claimForOpenQueues(
  client: pg.ClientBase,
  options: ClaimOptions & { look: number; closed: readonly string[] },
): Promise<Claim> {
  const look = { ...LOOK, values: [options.above, options.look, options.closed, options.limit] };
  const results = await queryTogether(client, [...options.begin, look]);
  const answer = results.at(-1)?.rows[0] as { highest: number; looked: number; ids: string[] } | undefined;
  const { highest = 0, looked = 0, ids = [] } = answer ?? {};
  const cut = ids.length === options.limit;
  // Cut by the limit, the next look begins behind the last that was taken.
  const reach = { highestId: cut ? Number(ids.at(-1)) : highest, more: cut || looked === options.look };
  if (ids.length === 0) return claimOf([], reach);
  const { rows } = await client.query<ClaimRow>({ ...CLAIM_THESE, values: [ids], rowMode: 'array' });
  return claimOf(rows, reach);
}

function claimOf(rows: readonly ClaimRow[], reach: { highestId: number; more: boolean }): Claim {
  return { pointers: rows.map(pointerOf), routesVersion: rows[0]?.[5], ...reach };
}

function pointerOf(row: ClaimRow): ClaimedPointer {
  const [id, eventId, run, handler, queue, , position, type, , , , , , , , , , dataJson] = row;
  const pointer = (event: ClaimedPointer['event']) => ({ id, eventId, run, handler, queue, event });
  if (position === null) return pointer('gone');
  if (dataJson === null) return pointer({ bulky: true, type, position });
  return pointer(storedEvent(eventId, position, row.slice(7) as EventRow, dataJson));
}

type EventRow = [string, number, string, string, string, string, string, string | null, string | null, number];

function storedEvent(eventId: string, position: number, row: EventRow, dataJson: string): StoredEvent {
  const [type, version, sourceModule, subject, tenant, actor, correlationId, causationId, traceparent, occurredAt] =
    row;
  return {
    eventId,
    position,
    type,
    version,
    sourceModule,
    subject,
    tenant,
    actor,
    correlationId,
    causationId,
    traceparent,
    occurredAt: new Date(occurredAt).toISOString(),
    dataJson,
  };
}

const READ_BULKY = {
  name: 'outbox-read-bulky',
  text: `
    select history.event_id, history.position, ${eventColumns()},
      case when octet_length(history.data::text) <= $2 then history.data::text end
    from event_history as history where event_id = any ($1::uuid[])`,
};

/** Reads events whose data was left out of the claim; what is longer than `maxBytes` still comes without it. */
export async function readBulkyEvents(
  client: pg.ClientBase,
  eventIds: readonly string[],
  maxBytes: number,
): Promise<ReadonlyMap<string, StoredEvent | 'too large'>> {
  const { rows } = await client.query<[string, number, ...EventRow, string | null]>({
    ...READ_BULKY,
    values: [eventIds, maxBytes],
    rowMode: 'array',
  });
  return new Map(
    rows.map((row) => {
      const dataJson = row[12] as string | null;
      const event = row.slice(2, 12) as EventRow;
      return [row[0], dataJson === null ? 'too large' : storedEvent(row[0], row[1], event, dataJson)];
    }),
  );
}
