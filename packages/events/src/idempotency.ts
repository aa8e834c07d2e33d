import { idempotencyRecord } from '@skelly/db';
import { and, eq, sql } from 'drizzle-orm';
import { EventError } from './errors';
import type { UnitOfWork } from './unit-of-work/unit';

/** Names a command: the same scope and key is the same command. */
export interface CommandIdentity {
  /** What is asked and who may repeat it, such as `POST /api/notifications/read-all user:…`. */
  readonly scope: string;
  readonly key: string;
  /** A keyed hash of what was asked, so that a key is not reused for something else. */
  readonly requestHash: Buffer;
}

/** The key was used for another command before. */
export class IdempotencyConflict extends EventError {
  constructor() {
    super(
      'idempotency_key_reused',
      'This Idempotency-Key was used with another request. Send a new key with a new request.',
    );
  }
}

/** How long the first answer to a command or an emission is kept, in hours. */
export const KEPT_HOURS = 24;

/**
 * Runs a command once: the first time `run` decides and its answer is kept in the same transaction; each later time, and
 * for a rival that waits meanwhile, that answer is returned and `run` is not called. A command that failed left nothing
 * and may be tried again. Answers are kept for 24 hours and must be plain JSON.
 *
 * @throws IdempotencyConflict when the key belongs to another request.
 */
export async function once<T>(
  work: UnitOfWork,
  command: CommandIdentity,
  run: () => Promise<T>,
): Promise<{ result: T; repeated: boolean }> {
  const { scope, key, requestHash } = command;
  await work.tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`${scope} ${key}`}, 0))`);
  const [known] = await work.tx
    .select({
      requestHash: idempotencyRecord.requestHash,
      response: idempotencyRecord.response,
      expired: sql<boolean>`expires_at <= now()`,
    })
    .from(idempotencyRecord)
    .where(and(eq(idempotencyRecord.scope, scope), eq(idempotencyRecord.key, key)));
  if (known && !known.expired) {
    if (!known.requestHash.equals(requestHash)) throw new IdempotencyConflict();
    return { result: known.response as T, repeated: true };
  }
  const result = await run();
  const record = {
    requestHash,
    // Commands that answer nothing are remembered too.
    response: result ?? sql`'null'::jsonb`,
    createdAt: sql`now()`,
    expiresAt: sql`now() + make_interval(hours => ${KEPT_HOURS})`,
  };
  await work.tx
    .insert(idempotencyRecord)
    .values({ scope, key, ...record })
    .onConflictDoUpdate({ target: [idempotencyRecord.scope, idempotencyRecord.key], set: record });
  return { result, repeated: false };
}
