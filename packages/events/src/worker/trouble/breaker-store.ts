import type { Database, Queries } from '@skelly/db';
import { describeError } from '@skelly/types/errors';
import { sql } from 'drizzle-orm';

/** Why a delivery waits behind an open breaker; tells it from others that wait. */
export const BREAKER_REASON = 'the circuit breaker of its handler is open';

/** Breakers of workers that have not been seen for this long are forgotten, in seconds. */
const DEAD_AFTER_SECONDS = 60;
const MAX_ERROR_TEXT = 500;

/** An open or half-open breaker, as a worker has written it. */
export interface BreakerRow {
  readonly handler: string;
  readonly worker: string;
  readonly state: 'open' | 'half-open';
  /** The failure that opened it. */
  readonly error: string;
  readonly openedAt: Date;
  /** When it lets one delivery through. */
  readonly retryAt: Date;
}

/** Writes that a worker's breaker has opened, or opened again. */
export async function saveOpen(
  database: Database,
  breaker: { handler: string; worker: string; error: unknown; recoveryMs: number },
): Promise<void> {
  const { name, message } = describeError(breaker.error);
  await database.pool.query({
    name: 'breaker-open',
    text: `insert into circuit_breaker as known (handler, worker, state, error, retry_at)
           values ($1, $2, 'open', $3, now() + make_interval(secs => $4))
           on conflict (handler, worker) do update set state = excluded.state, error = excluded.error, retry_at = excluded.retry_at, seen_at = now()`,
    values: [
      breaker.handler,
      breaker.worker,
      `${name}: ${message}`.replaceAll('\u0000', '\u2400').slice(0, MAX_ERROR_TEXT),
      breaker.recoveryMs / 1_000,
    ],
  });
}

/** Writes that a worker's breaker tries one delivery. */
export async function saveHalfOpen(database: Database, breaker: { handler: string; worker: string }): Promise<void> {
  await database.pool.query({
    name: 'breaker-half-open',
    text: `update circuit_breaker set state = 'half-open' where handler = $1 and worker = $2`,
    values: [breaker.handler, breaker.worker],
  });
}

const WAITS_BEHIND = `kind = 'parked' and reason = '${BREAKER_REASON}' and due_at > now()`;
const WAKE_PARKED = `update event_schedule set due_at = now() where handler = $1 and ${WAITS_BEHIND}`;

/** Removes a worker's breaker, and lets what waited behind it go on. */
export async function saveClosed(database: Database, breaker: { handler: string; worker: string }): Promise<void> {
  await database.pool.query({
    name: 'breaker-close',
    text: 'delete from circuit_breaker where handler = $1 and worker = $2',
    values: [breaker.handler, breaker.worker],
  });
  await database.pool.query({ name: 'breaker-wake', text: WAKE_PARKED, values: [breaker.handler] });
}

/**
 * Says that a worker still lives, for the breakers that it has open.
 *
 * @returns the handlers of those that are still there; what is missing was reset by an operator.
 */
export async function seeBreakers(
  database: Database,
  worker: string,
  handlers: readonly string[],
): Promise<readonly string[]> {
  const { rows } = await database.pool.query<{ handler: string }>({
    name: 'breaker-see',
    text: `with forgotten as (delete from circuit_breaker where worker <> $1 and seen_at < now() - interval '${DEAD_AFTER_SECONDS} seconds')
           update circuit_breaker set seen_at = now() where worker = $1 and handler = any ($2) returning handler`,
    values: [worker, handlers],
  });
  return rows.map(({ handler }) => handler);
}

/** Every breaker that is not closed, of every worker that lives. */
export async function listBreakers(database: Database): Promise<readonly BreakerRow[]> {
  const { rows } = await database.pool.query<BreakerRow>(
    `select handler, worker, state, error, opened_at as "openedAt", retry_at as "retryAt" from circuit_breaker
     where seen_at > now() - interval '${DEAD_AFTER_SECONDS} seconds' order by handler, worker`,
  );
  return rows;
}

/**
 * Closes a handler's breakers in every worker; they learn it within a second. What waited behind them is due at once. With the
 * queries of a unit of work both happen when it commits.
 *
 * @returns how many were open, and how many deliveries waited.
 */
export async function resetBreaker(
  queries: Pick<Queries, 'execute'>,
  handler: string,
): Promise<{ breakers: number; woken: number }> {
  const { rowCount: breakers } = await queries.execute(sql`delete from circuit_breaker where handler = ${handler}`);
  const { rowCount: woken } = await queries.execute(
    sql`update event_schedule set due_at = now() where handler = ${handler} and ${sql.raw(WAITS_BEHIND)}`,
  );
  return { breakers: breakers ?? 0, woken: woken ?? 0 };
}
