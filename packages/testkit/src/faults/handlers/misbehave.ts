import { setTimeout as delay } from 'node:timers/promises';
import { NonRetriable, RetryAfter, type UnitOfWork } from '@skelly/events';
import type { EventEnvelope } from '@skelly/types/event';
import { sql } from 'drizzle-orm';
import type { Emission } from '../contracts';
import type { Misdeed, PlannedMisdeed } from '../misdeeds';
import type { RecorderPort } from '../recorder';

/** Milliseconds that a handler may take. */
export const HANDLER_TIMEOUT_MS = 2_000;
/** Milliseconds that a stalling handler takes. */
export const STALL_MS = HANDLER_TIMEOUT_MS + 1_000;

export type Emitted = EventEnvelope<Emission>;

/** What the handler is to do wrong at this try; undefined for nothing. */
export async function dueMisdeed(
  recorder: RecorderPort,
  handler: string,
  event: Emitted,
): Promise<Misdeed | undefined> {
  const planned = event.data.misdeeds[handler] as PlannedMisdeed | undefined;
  if (!planned) return undefined;
  return (await recorder.isDue({ eventId: event.eventId, handler, ...planned })) ? planned.kind : undefined;
}

/** Does a misdeed after the handler's own work: whatever is not committed must leave no trace. */
export async function misbehave(
  misdeed: Misdeed | undefined,
  { handler, event, work }: { handler: string; event: Emitted; work: UnitOfWork },
): Promise<void> {
  switch (misdeed) {
    case undefined:
      return;
    case 'stall':
      await delay(STALL_MS);
      // Its unit of work is over by now. Nobody awaits this handler any more.
      await work.tx.execute(sql`insert into faults_forbidden values (${event.eventId}, ${handler})`);
      return;
    case 'long-statement':
      await work.tx.execute(sql`select pg_sleep(${STALL_MS / 1_000})`);
      return;
    case 'swallow':
      await work.tx.execute(sql`select 1 / 0`).catch(() => undefined);
      return;
    case 'crash':
    case 'poison':
      return crash();
    default:
      throw errorOf(misdeed);
  }
}

/** The error that a misdeed throws; undefined for one that does something else. */
export function errorOf(misdeed: Misdeed | undefined): Error | undefined {
  if (misdeed === 'refuse') return new NonRetriable('told to refuse');
  if (misdeed === 'retry-after') return new RetryAfter('told to be tried again', 200);
  return misdeed === 'throw' || misdeed === 'never' ? new Error('told to fail') : undefined;
}

export function crash(): void {
  process.kill(process.pid, 'SIGKILL');
}
