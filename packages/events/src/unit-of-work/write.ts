import { sqlState, violatedConstraint } from '@skelly/db';
import type pg from 'pg';
import { TransactionAbortedError } from '../errors';
import type { PushFrame } from '../hints/frames';
import type { Committed } from '../hints/notifier';
import { keyTaken, placeTimers } from '../schedule/timer';
import { isRecorded } from '../traceparent';
import { jsonbArray } from './array-parameter';
import type { UnitWrites } from './buffer';
import type { BufferedEvent, BufferedPush } from './prepare';
import { type NamedStatement, transpose } from './round-trip';

const COLUMNS =
  'event_id, type, version, source_module, subject, data, actor, correlation_id, causation_id, idempotency_key, traceparent, occurred_at';
const DATA = COLUMNS.split(', ').indexOf('data');

// The pointer is written by the statement that writes the event: neither can be without the other.

// Most units emit one event: the same without what only several need costs a quarter less.
const WRITE_ONE = {
  name: 'event-write-one',
  text: `
    with pointed as (insert into event_outbox (event_id) values ($1))
    insert into event_history (${COLUMNS}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) returning position`,
};

const WRITE_MANY = {
  name: 'event-write-many',
  text: `
    with written as (
      insert into event_history (${COLUMNS})
      select ${COLUMNS} from unnest($1::uuid[], $2::text[], $3::int[], $4::text[], $5::text[], $6::jsonb[], $7::text[], $8::uuid[],
        $9::uuid[], $10::text[], $11::text[], $12::timestamptz[]) with ordinality as given (${COLUMNS}, ordinality) order by ordinality
      returning event_id, position
    ), pointed as (insert into event_outbox (event_id) select event_id from written order by position)
    select max(position) as position from written`,
};

// Held to the end of the transaction, so that of two writers of a subject the one with the lower positions commits first. All in
// one order, so that two units of work never wait for each other; before the channels, which come last in every unit.
const LOCK_SUBJECTS = {
  name: 'subjects-lock',
  text: `
    select pg_advisory_xact_lock(lock) from (
      select distinct hashtextextended('subject ' || subject, 0) as lock from unnest($1::text[]) as given (subject) order by lock
    ) as locks`,
};

// Where a message is in the stream of its channel; the rest of its frame is known here.
const PLACE = `channel, "offset", position, created_at as "at", (select epoch from push_epoch) as epoch`;

// Channels are moved in sorted order, so that two units of work never wait for each other, and last, so that locks last one commit.
const WRITE_PUSHES = {
  name: 'push-write',
  text: `
    with moved as (
      insert into push_channel as c (channel, "offset")
      select channel, messages from unnest($1::text[], $2::int[]) as counted (channel, messages) order by channel
      on conflict (channel) do update set "offset" = c."offset" + excluded."offset", updated_at = now()
      returning channel, "offset"
    )
    insert into push_message (channel, "offset", event_id, type, data, correlation_id)
    select channel, "offset" - following, event_id, type, data, correlation_id
    from unnest($3::text[], $4::int[], $5::uuid[], $6::text[], $7::jsonb[], $8::uuid[])
      with ordinality as given (channel, following, event_id, type, data, correlation_id, nth)
    join moved using (channel) order by nth
    returning ${PLACE}`,
};

// Most units that push, push one message: the same without what only several need costs a third less.
const WRITE_PUSH = {
  name: 'push-write-one',
  text: `
    with moved as (
      insert into push_channel as c (channel, "offset") values ($1, 1)
      on conflict (channel) do update set "offset" = c."offset" + 1, updated_at = now()
      returning "offset"
    )
    insert into push_message (channel, "offset", event_id, type, data, correlation_id)
    select $1, "offset", $2, $3, $4, $5 from moved
    returning ${PLACE}`,
};

/** The last statements of a unit of work, and what they answered, once they have. */
export interface FinalWrites {
  /** In the order in which they must run. */
  readonly statements: readonly NamedStatement[];
  /** @param results of the statements, in their order; more may follow. */
  readCommitted(results: readonly pg.QueryResult[]): Committed;
}

/** How a unit's own statements, events, pushes and timers are written: a statement for each kind, none for a kind that it has not. */
export function finalWrites({ events, pushes, timers, statements: own, movedDueInMs }: UnitWrites): FinalWrites {
  const ordered = events.filter((event) => event.ordered).map((event) => event.subject);
  const locks = ordered.length > 0 ? { ...LOCK_SUBJECTS, values: [ordered] } : undefined;
  const written = events.length > 0 ? eventStatement(events) : undefined;
  const placed = timers.length > 0 ? placeTimers(timers) : undefined;
  const pushed = pushes.length > 0 ? pushStatement(pushes) : undefined;
  const statements = [...own, locks, written, placed, pushed].filter((statement) => statement !== undefined);
  return {
    statements,
    readCommitted(results) {
      const rowsOf = (statement?: NamedStatement) => (statement && results[statements.indexOf(statement)]?.rows) ?? [];
      const due = [movedDueInMs, rowsOf(placed)[0]?.dueInMs].filter((ms) => ms !== undefined);
      return {
        position: rowsOf(written)[0]?.position,
        events: written && events,
        dueInMs: due.length > 0 ? Math.min(...due) : undefined,
        frames: framesOf(pushes, rowsOf(pushed)),
      };
    },
  };
}

/** The code of a statement in a transaction in which another has failed. */
export const IN_FAILED_TRANSACTION = '25P02';

/** What an error of the last statements means, where that is known. */
export function explainWriteError(error: unknown): unknown {
  if (violatedConstraint(error) === 'event_schedule_pkey') return keyTaken(error);
  return sqlState(error) === IN_FAILED_TRANSACTION ? new TransactionAbortedError({ cause: error }) : error;
}

function eventStatement(events: readonly BufferedEvent[]): NamedStatement {
  const rows = events.map(rowOf);
  if (rows.length === 1) return { ...WRITE_ONE, values: rows[0] as unknown[] };
  const columns: unknown[] = transpose(rows);
  columns[DATA] = jsonbArray(events.map(({ data }) => data));
  return { ...WRITE_MANY, values: columns };
}

function pushStatement(pushes: readonly BufferedPush[]): NamedStatement {
  const [only] = pushes;
  if (only && pushes.length === 1) {
    const { channel, eventId, type, data, correlationId } = only;
    return { ...WRITE_PUSH, values: [channel, eventId, type, JSON.stringify(data), correlationId] };
  }
  const counted = new Map<string, number>();
  for (const { channel } of pushes) counted.set(channel, (counted.get(channel) ?? 0) + 1);
  const left = new Map(counted);
  const following = pushes.map(({ channel }) => {
    const count = (left.get(channel) as number) - 1;
    left.set(channel, count);
    return count;
  });
  const values = [
    [...counted.keys()],
    [...counted.values()],
    pushes.map(({ channel }) => channel),
    following,
    pushes.map(({ eventId }) => eventId),
    pushes.map(({ type }) => type),
    jsonbArray(pushes.map(({ data }) => JSON.stringify(data))),
    pushes.map(({ correlationId }) => correlationId),
  ];
  return { ...WRITE_PUSHES, values };
}

interface Place {
  readonly channel: string;
  readonly offset: number;
  readonly epoch: string;
  readonly position: number;
  readonly at: Date;
}

/** Frames of what was pushed; a recorded trace goes with the hint alone. Of one channel the messages have their offsets in the order of the pushes. */
function framesOf(pushes: readonly BufferedPush[], places: readonly Place[]): readonly PushFrame[] {
  const placesOf = new Map<string, Place[]>();
  for (const place of places.toSorted((a, b) => b.offset - a.offset)) {
    const known = placesOf.get(place.channel);
    if (known) known.push(place);
    else placesOf.set(place.channel, [place]);
  }
  return pushes.map(({ channel, eventId, correlationId, type, data, traceparent }) => {
    const place = placesOf.get(channel)?.pop();
    if (!place) throw new Error(`The database wrote fewer messages of the channel ${channel} than were pushed.`);
    const { offset, epoch, position, at } = place;
    const frame = { channel, offset, epoch, position, eventId, correlationId, type, at: at.toISOString(), data };
    return isRecorded(traceparent) ? { ...frame, traceparent } : frame;
  });
}

function rowOf(event: BufferedEvent): unknown[] {
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
    event.idempotencyKey,
    event.traceparent,
    event.occurredAt,
  ];
}
