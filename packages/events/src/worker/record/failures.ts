import type { Database } from '@skelly/db';
import { describeError } from '@skelly/types/errors';
import { HandlerTimeout } from '../../errors';
import type { RetryPolicy } from '../../handlers/handler';
import { decideRetry } from '../../handlers/retry';
import { queryByIndex } from '../../unit-of-work/round-trip';
import type { Delivery, DeliveryKey } from '../run/delivery';

/** Characters of a message and of a stack that are kept. */
const MAX_ERROR_TEXT = 2_000;
const MAX_STACK = 8_000;

// The attempt and what follows from it are one statement: none is without the others. What another worker has ended meanwhile is
// left as it is. An effect's lease ends with it, if it is still this worker's, and unless the effect may still be running: then it
// stands, and the next try waits for its end.
const RECORD = `
  with ended as (
    select from event_processing_log where event_id = $1 and handler = $2 and run = $3 and status = 'finished'
    union all
    select from event_dead_letter where event_id = $1 and handler = $2 and run = $3 and resolved_at is null
  ), tried as (
    insert into event_attempt (event_id, handler, run, attempt, error_name, error_message, stack, started_at)
    select $1, $2, $3, $4, $5, $6, $7, $8 where not exists (select from ended)
    on conflict do nothing
  ), unleased as (
    delete from event_processing_log
    where event_id = $1 and handler = $2 and run = $3 and status = 'running' and worker = $15 and not $14
  ), lease as (
    select max(lease_until) as until from event_processing_log
    where event_id = $1 and handler = $2 and run = $3 and status = 'running' and (worker <> $15 or $14)
  ), retried as (
    insert into event_schedule (key, kind, due_at, event_id, handler, run, reason)
    select $9, 'retry', greatest(now() + make_interval(secs => $10), (select until from lease)), $1, $2, $3, $6
    where $10 is not null and not exists (select from ended)
    on conflict (key) do update set kind = excluded.kind, due_at = excluded.due_at, reason = excluded.reason
  ), unscheduled as (
    delete from event_schedule where key = $9 and $10 is null
  ), buried as (
    insert into event_dead_letter (event_id, handler, run, queue, type, reason, error, stack, attempts)
    select $1, $2, $3, $11, $12, $13, $6, $7, $4 where $10 is null and not exists (select from ended)
    on conflict do nothing
  )
  select exists (select from ended) as ended`;

// Whom an operator has sent on again has all tries of its policy once more.
const COUNT_ATTEMPTS = `
  select count(*)::int as failed, (count(*) filter (where failed_at <= (
    select max(resolved_at) from event_dead_letter as dead
    where dead.event_id = $1 and dead.handler = $2 and dead.run = $3 and dead.resolution in ('retried', 'edited'))))::int as before
  from event_attempt where event_id = $1 and handler = $2 and run = $3`;

/**
 * Charges a failed try to its handler: the attempt, and with it the time of the next or the dead letter. Not when another
 * delivery of the event has ended meanwhile: then it was a duplicate.
 *
 * @returns what became of the delivery.
 */
export async function recordFailure(
  database: Database,
  delivery: Delivery,
  failure: { error: unknown; startedAt: Date; policy: RetryPolicy; random: number; worker: string },
): Promise<'retrying' | 'dead' | 'duplicate'> {
  const { event, handler, run, queue } = delivery;
  const { rows } = await queryByIndex<{ failed: number; before: number }>(database.pool, {
    name: 'attempts-count',
    text: COUNT_ATTEMPTS,
    values: [event.eventId, handler.id, run],
  });
  const { failed = 0, before = 0 } = rows[0] ?? {};
  const attempt = failed + 1;
  const decision = decideRetry(failure.policy, {
    error: failure.error,
    attempt: attempt - before,
    random: failure.random,
  });
  const { name, message, stack } = textOf(failure.error);
  const mayStillRun = failure.error instanceof HandlerTimeout;
  const { rows: recorded } = await queryByIndex<{ ended: boolean }>(database.pool, {
    name: 'failure-record',
    text: RECORD,
    values: [
      event.eventId,
      handler.id,
      run,
      attempt,
      name,
      message,
      stack,
      failure.startedAt,
      scheduleKey({ eventId: event.eventId, handler: handler.id, run }),
      decision.again ? decision.delayMs / 1_000 : null,
      queue,
      event.type,
      decision.again ? '' : decision.reason,
      mayStillRun,
      failure.worker,
    ],
  });
  if (recorded[0]?.ended) return 'duplicate';
  return decision.again ? 'retrying' : 'dead';
}

/** Lets deliveries wait without charging them: an unknown handler, a newer version, a lease that somebody else holds, an open breaker. */
export async function park(
  database: Database,
  deliveries: readonly DeliveryKey[],
  options: { delayMs: number; reason: string },
): Promise<void> {
  if (deliveries.length === 0) return;
  await database.pool.query({
    name: 'park',
    text: `insert into event_schedule (key, kind, due_at, event_id, handler, run, reason)
           select key, 'parked', now() + make_interval(secs => $5), event_id, handler, run, $6
           from unnest($1::text[], $2::uuid[], $3::text[], $4::uuid[]) as given (key, event_id, handler, run) order by key
           on conflict (key) do update set due_at = least(event_schedule.due_at, excluded.due_at)`,
    values: [
      deliveries.map(scheduleKey),
      deliveries.map(({ eventId }) => eventId),
      deliveries.map(({ handler }) => handler),
      deliveries.map(({ run }) => run),
      options.delayMs / 1_000,
      options.reason,
    ],
  });
}

/** Puts a delivery that can never run among the dead letters, unless it has finished before. */
export async function buryDelivery(
  database: Database,
  { event, handler, run, queue }: Delivery,
  why: { reason: string; error: string },
): Promise<void> {
  await queryByIndex(database.pool, {
    name: 'bury-delivery',
    text: `insert into event_dead_letter (event_id, handler, run, queue, type, reason, error)
           select $1, $2, $3, $4, $5, $6, $7
           where not exists (select from event_processing_log where event_id = $1 and handler = $2 and run = $3 and status = 'finished')
           on conflict do nothing`,
    values: [event.eventId, handler.id, run, queue, event.type, why.reason, clean(why.error, MAX_ERROR_TEXT)],
  });
}

/** Keeps a message that could not be read, as it came. A second delivery of it changes nothing. */
export async function buryMessage(
  database: Database,
  message: { queue: string; messageId: string; body: string },
  why: { reason: string; error: string },
): Promise<void> {
  await database.pool.query({
    name: 'bury-message',
    text: `insert into event_dead_letter (queue, message_id, body, reason, error) values ($1, $2, $3, $4, $5) on conflict do nothing`,
    values: [message.queue, message.messageId, clean(message.body), why.reason, clean(why.error, MAX_ERROR_TEXT)],
  });
}

/** Names what waits for one delivery, so that it waits once. */
export function scheduleKey(delivery: DeliveryKey): string {
  return `delivery:${delivery.eventId}:${delivery.handler}:${delivery.run}`;
}

/** Text as Postgres takes it: the visible symbol of U+0000 stands for it. */
function clean(text: string, length?: number): string {
  return text.replaceAll('\u0000', '\u2400').slice(0, length);
}

/** What is kept of a handler's error. */
export function textOf(error: unknown): { name: string; message: string; stack: string | null } {
  const { name, message, stack } = describeError(error);
  return {
    name: clean(name, 200),
    message: clean(message, MAX_ERROR_TEXT),
    stack: stack ? clean(stack, MAX_STACK) : null,
  };
}
