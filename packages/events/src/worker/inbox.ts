import type { Database, Queries } from '@skelly/db';
import { eventProcessingLog } from '@skelly/db';
import { and, eq, sql } from 'drizzle-orm';
import type { UnitOfWork } from '../unit-of-work/unit';
import type { Delivery } from './delivery';
import { scheduleKey } from './failures';

const failedTries = (delivery: Delivery) => sql`(
  select count(*) + 1 from event_attempt
  where event_id = ${delivery.event.eventId} and handler = ${delivery.handler.id} and run = ${delivery.run}
)`;

const keyOf = ({ event, handler, run }: Delivery) =>
  and(
    eq(eventProcessingLog.eventId, event.eventId),
    eq(eventProcessingLog.handler, handler.id),
    eq(eventProcessingLog.run, run),
  );

/** Whether a delivery still has to run: not when it has finished, waits for its time, or is a dead letter. */
export async function isDue(queries: Queries, delivery: Delivery): Promise<boolean> {
  const { eventId } = delivery.event;
  const handler = delivery.handler.id;
  const { rows } = await queries.execute<{ settled: boolean }>(sql`
    select exists (select from event_processing_log where event_id = ${eventId} and handler = ${handler} and run = ${delivery.run} and status = 'finished')
      or exists (select from event_schedule where key = ${scheduleKey({ eventId, handler, run: delivery.run })} and due_at > now())
      or exists (select from event_dead_letter where event_id = ${eventId} and handler = ${handler} and run = ${delivery.run} and resolved_at is null)
      as settled`);
  return rows[0]?.settled === false;
}

/**
 * Writes, in the handler's own transaction, that it has finished.
 *
 * @returns false when another delivery of the same event has committed first; then this transaction must not.
 */
export async function recordFinished(
  work: UnitOfWork,
  delivery: Delivery,
  options: { worker: string; startedAt: Date },
): Promise<boolean> {
  const finished = {
    status: 'finished' as const,
    queue: delivery.queue,
    attempt: failedTries(delivery),
    worker: options.worker,
    relayedAt: new Date(delivery.relayedAt),
    receivedAt: delivery.receivedAt,
    startedAt: options.startedAt,
    finishedAt: sql`clock_timestamp()`,
    leaseUntil: null,
  };
  const { rowCount } = await work.tx
    .insert(eventProcessingLog)
    .values({ eventId: delivery.event.eventId, handler: delivery.handler.id, run: delivery.run, ...finished })
    // A lease is there only where the handler was an effect before; one that has expired is nobody's.
    .onConflictDoUpdate({
      target: [eventProcessingLog.eventId, eventProcessingLog.handler, eventProcessingLog.run],
      set: finished,
      setWhere: sql`${eventProcessingLog.status} = 'running' and ${eventProcessingLog.leaseUntil} <= now()`,
    });
  return rowCount === 1;
}

/** What came of asking for an effect's lease. */
export type LeaseAnswer =
  | { readonly state: 'held' }
  | { readonly state: 'finished' }
  | { readonly state: 'busy'; readonly until: Date };

/** Takes the lease of an effect, committed before it runs, so that two never run at once. An expired one is taken over. */
export async function takeLease(
  database: Database,
  delivery: Delivery,
  options: { worker: string; leaseMs: number },
): Promise<LeaseAnswer> {
  const until = sql`now() + make_interval(secs => ${options.leaseMs / 1_000})`;
  const taken = {
    attempt: failedTries(delivery),
    worker: options.worker,
    relayedAt: new Date(delivery.relayedAt),
    receivedAt: delivery.receivedAt,
    startedAt: sql`now()`,
    leaseUntil: until,
  };
  const held = await database.queries
    .insert(eventProcessingLog)
    .values({
      eventId: delivery.event.eventId,
      handler: delivery.handler.id,
      run: delivery.run,
      status: 'running',
      queue: delivery.queue,
      ...taken,
    })
    .onConflictDoUpdate({
      target: [eventProcessingLog.eventId, eventProcessingLog.handler, eventProcessingLog.run],
      set: taken,
      setWhere: sql`${eventProcessingLog.status} = 'running' and ${eventProcessingLog.leaseUntil} <= now()`,
    });
  if (held.rowCount === 1) return { state: 'held' };
  const [row] = await database.queries
    .select({ status: eventProcessingLog.status, leaseUntil: eventProcessingLog.leaseUntil })
    .from(eventProcessingLog)
    .where(keyOf(delivery));
  if (row?.status === 'finished') return { state: 'finished' };
  return { state: 'busy', until: row?.leaseUntil ?? new Date() };
}

/** Turns the lease into the record that the effect has happened. */
export async function finishLease(database: Database, delivery: Delivery): Promise<void> {
  await database.queries
    .update(eventProcessingLog)
    .set({ status: 'finished', finishedAt: sql`clock_timestamp()`, leaseUntil: null })
    .where(keyOf(delivery));
}
