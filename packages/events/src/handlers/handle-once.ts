import { LIVE_RUN } from '@skelly/db';
import type { EventEnvelope } from '@skelly/types/event';
import { NonRetriable } from '../errors';
import { once } from '../idempotency';
import type { UnitOfWork } from '../unit-of-work/unit';
import { isCarriable } from '../unit-of-work/validate';
import type { TransactionalHandler } from './handler';

/** Characters of a key at most: it is indexed. */
const MAX_KEY = 200;
/** The key alone tells what is the same: events that share one may differ otherwise. */
const ANY_REQUEST = Buffer.alloc(32);

/**
 * Calls a handler, unless it has handled another event of the same key in the last 24 hours. A rival with the same key is waited for, for
 * the length of its transaction. A replay that runs what has finished has keys of its own, or it would do nothing.
 *
 * @throws NonRetriable when the key is none.
 */
export function handleOnce(
  handler: TransactionalHandler,
  { event, run }: { readonly event: EventEnvelope; readonly run: string },
  work: UnitOfWork,
): Promise<void> {
  if (!handler.idempotencyKey) return handler.handle(event, work);
  const scope = run === LIVE_RUN ? `handle ${handler.id}` : `handle ${handler.id} ${run}`;
  return handleFirst(handler, handler.idempotencyKey, { event, scope }, work);
}

async function handleFirst(
  handler: TransactionalHandler,
  keyOf: (event: EventEnvelope) => string,
  { event, scope }: { readonly event: EventEnvelope; readonly scope: string },
  work: UnitOfWork,
): Promise<void> {
  const key = requireKey(handler.id, keyOf(event));
  await once(work, { scope, key, requestHash: ANY_REQUEST }, async () => {
    await handler.handle(event, work);
    return { eventId: event.eventId };
  });
}

/** @throws NonRetriable unless a key has 1 to 200 characters that Postgres takes. */
export function requireKey(handler: string, key: unknown): string {
  if (typeof key === 'string' && key.length > 0 && key.length <= MAX_KEY && isCarriable(JSON.stringify(key)))
    return key;
  throw new NonRetriable(`The idempotencyKey of ${handler} must give 1 to ${MAX_KEY} characters of plain text.`);
}
