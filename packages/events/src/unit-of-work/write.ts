import { sqlState, violatedConstraint } from '@skelly/db';
import type pg from 'pg';
import { TransactionAbortedError } from '../errors';
import type { PushFrame } from '../hints/frames';
import type { Committed } from '../hints/notifier';
import { keyTaken, placeTimers } from '../schedule/timer';
import { isRecorded } from '../traceparent';
import { arrayParameter, columnParameters } from './array-parameter';
import type { UnitWrites } from './buffer';
import { insertion } from './insertion';
import { joinParts } from './parts';
import type { BufferedEvent, BufferedPush } from './prepare';
import type { NamedStatement } from './round-trip';

const writeEvents = insertion({
  name: 'written',
  table: 'event_history',
  columns: {
    event_id: 'uuid',
    type: 'text',
    version: 'int',
    source_module: 'text',
    subject: 'text',
    data: 'jsonb',
    actor: 'text',
    correlation_id: 'uuid',
    causation_id: 'uuid',
    idempotency_key: 'text',
    traceparent: 'text',
    occurred_at: 'timestamptz',
  },
  ending: 'returning position',
  answer: '(select max(position) from written) as position',
});

// Of the statement that writes the events: neither can be without the other.
const writePointers = insertion({ name: 'pointed', table: 'event_outbox', columns: { event_id: 'uuid' } });

// Held to the end of the transaction, so that of two writers of a subject the one with the lower positions commits first. All in
// one order, so that two units of work never wait for each other; before the channels, which come last in every unit.
const LOCK_SUBJECTS = {
  name: 'locks',
  text: `
    select pg_advisory_xact_lock(lock) from (
      select distinct hashtextextended('subject ' || subject, 0) as lock from unnest($1::text[]) as given (subject) order by lock
    ) as locks`,
  answer: '(select count(*) from locks)',
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

/**
 * How a unit's own writes, events, timers and pushes are written: pushes by a statement of their own, which comes last, and all else in
 * one before it, but for own writes that come before others.
 */
export function finalWrites({ writes, events, pushes, timers, movedDueInMs }: UnitWrites): FinalWrites {
  const before = writes.slice(0, -1).map(joinParts);
  const ordered = events.filter((event) => event.ordered).map((event) => event.subject);
  const parts = [
    ...(writes.at(-1) ?? []),
    ...(ordered.length > 0 ? [{ ...LOCK_SUBJECTS, values: [arrayParameter('text', [...new Set(ordered)])] }] : []),
    ...(events.length > 0
      ? [writeEvents(events.map(rowOf)), writePointers(events.map(({ eventId }) => [eventId]))]
      : []),
    ...(timers.length > 0 ? [placeTimers(timers)] : []),
  ];
  const written = parts.length > 0 ? joinParts(parts) : undefined;
  const pushed = pushes.length > 0 ? pushStatement(pushes) : undefined;
  const statements = [...before, written, pushed].filter((statement) => statement !== undefined);
  return {
    statements,
    readCommitted(results) {
      const rowsOf = (statement?: NamedStatement) => (statement && results[statements.indexOf(statement)]?.rows) ?? [];
      const { position, dueInMs } = rowsOf(written)[0] ?? {};
      const due = [movedDueInMs, dueInMs].filter((ms) => ms !== undefined);
      return {
        position,
        events: events.length > 0 ? events : undefined,
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

function pushStatement(pushes: readonly BufferedPush[]): NamedStatement {
  const [only] = pushes;
  if (only && pushes.length === 1) {
    const { channel, eventId, type, data, correlationId } = only;
    return { ...WRITE_PUSH, values: [channel, eventId, type, JSON.stringify(data), correlationId] };
  }
  const counted = new Map<string, number>();
  for (const { channel } of pushes) counted.set(channel, (counted.get(channel) ?? 0) + 1);
  const left = new Map(counted);
  const rows = pushes.map(({ channel, eventId, type, data, correlationId }) => {
    const following = (left.get(channel) as number) - 1;
    left.set(channel, following);
    return [channel, following, eventId, type, JSON.stringify(data), correlationId];
  });
  const values = [
    ...columnParameters(['text', 'int'], [...counted]),
    ...columnParameters(['text', 'int', 'uuid', 'text', 'jsonb', 'uuid'], rows),
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
    const frame = {
      channel,
      offset,
      epoch,
      position,
      eventId,
      correlationId,
      type,
      at: at.toISOString(),
      data,
    };
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
