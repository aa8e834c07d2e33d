import { createHash } from 'node:crypto';
import { columnParameters, insertion, type UnitOfWork, type WritePart } from '@skelly/events';
import type { ErrorKind } from '@skelly/types/errors';
import { sql } from 'drizzle-orm';
import { WalletError } from '../errors';
import { requireRows } from './require-rows';

/** Names an operation among those of its kind and caller: its repetition gets the first one's answer. */
export interface OperationKey {
  /** What is asked and who may repeat it, such as `wallet.hold user:…`. */
  readonly scope: string;
  readonly key: string;
  /** Of what was asked. */
  readonly requestHash: Buffer;
}

/** What an operation was answered, as it is kept under its key. */
export type KeptAnswer<T> =
  | { readonly result: T }
  | { readonly refused: { readonly kind: ErrorKind; readonly code: string; readonly message: string } };

/** As the backbone's, whose table it shares. */
const KEPT_HOURS = 24;

// Sorted, so that two callers with several keys each do not wait for each other. A rival that holds a key is waited for.
const insertAnswers = insertion({
  name: 'keys',
  table: 'idempotency_record',
  columns: { scope: 'text', key: 'text', request_hash: 'bytea', response: 'jsonb' },
  more: { expires_at: `now() + interval '${KEPT_HOURS} hours'` },
  orderBy: 'scope, key',
  ending: `
    on conflict (scope, key) do update
    set request_hash = excluded.request_hash, response = excluded.response, created_at = now(), expires_at = excluded.expires_at
    where idempotency_record.expires_at <= now()
    returning 1`,
});

const ANSWER = {
  name: 'answered',
  text: `
    update idempotency_record as record set response = given.response
    from unnest($1::text[], $2::text[], $3::jsonb[]) as given (scope, key, response)
    where record.scope = given.scope and record.key = given.key`,
};

const FORGET = {
  name: 'forgotten',
  text: `
    delete from idempotency_record as record using unnest($1::text[], $2::text[]) as given (scope, key)
    where record.scope = given.scope and record.key = given.key`,
};

/** A key with its answer. */
export interface KeyedAnswer {
  readonly key: OperationKey;
  readonly answer: KeptAnswer<unknown>;
}

/** Keeps answers; fails with SL006 when one of the keys has been used before. */
export function keepAnswers(answers: readonly KeyedAnswer[]): readonly WritePart[] {
  if (answers.length === 0) return [];
  const rows = answers.map(({ key, answer }) => [key.scope, key.key, key.requestHash, JSON.stringify(answer)]);
  return [requireRows(insertAnswers(rows), rows.length)];
}

/**
 * Takes keys for the transaction, waiting for rivals that hold one.
 *
 * @returns what those that were used before have been answered, by name; the others are the caller's.
 */
export async function claimKeys(
  work: UnitOfWork,
  keys: readonly OperationKey[],
): Promise<ReadonlyMap<string, { readonly requestHash: Buffer; readonly answer: KeptAnswer<unknown> }>> {
  if (keys.length === 0) return new Map();
  const scopes = sql.param(keys.map(({ scope }) => scope));
  const names = sql.param(keys.map(({ key }) => key));
  const hashes = sql.param(keys.map(({ requestHash }) => requestHash));
  const claimed = await work.tx.execute<{ scope: string; key: string }>(sql`
    insert into idempotency_record (scope, key, request_hash, response, expires_at)
    select scope, key, hash, 'null', now() + make_interval(hours => ${KEPT_HOURS})
    from unnest(${scopes}::text[], ${names}::text[], ${hashes}::bytea[]) as given (scope, key, hash) order by scope, key
    on conflict (scope, key) do update
    set request_hash = excluded.request_hash, response = excluded.response, created_at = now(), expires_at = excluded.expires_at
    where idempotency_record.expires_at <= now()
    returning scope, key`);
  if (claimed.rows.length === keys.length) return new Map();
  // A statement of its own: only a new snapshot sees what a rival has committed.
  const known = await work.tx.execute<{
    scope: string;
    key: string;
    requestHash: Buffer;
    answer: KeptAnswer<unknown>;
  }>(sql`
    select scope, key, request_hash as "requestHash", response as answer from idempotency_record
    join unnest(${scopes}::text[], ${names}::text[]) as given (scope, key) using (scope, key)`);
  const own = new Set(claimed.rows.map(keyName));
  return new Map(known.rows.filter((row) => !own.has(keyName(row))).map((row) => [keyName(row), row]));
}

/** Answers keys that this transaction has claimed, and gives back those that get none. */
export function answerKeys(answers: readonly KeyedAnswer[], without: readonly OperationKey[]): readonly WritePart[] {
  const answered = columnParameters(
    ['text', 'text', 'jsonb'],
    answers.map(({ key, answer }) => [key.scope, key.key, JSON.stringify(answer)]),
  );
  const forgotten = columnParameters(
    ['text', 'text'],
    without.map(({ scope, key }) => [scope, key]),
  );
  return [
    ...(answers.length > 0 ? [{ ...ANSWER, values: answered }] : []),
    ...(without.length > 0 ? [{ ...FORGET, values: forgotten }] : []),
  ];
}

/** Gives back a key that this transaction has claimed, at once: it may be claimed in it again. */
export async function giveBackKey(work: UnitOfWork, { scope, key }: OperationKey): Promise<void> {
  await work.tx.execute(sql`delete from idempotency_record where scope = ${scope} and key = ${key}`);
}

export function keyName({ scope, key }: { readonly scope: string; readonly key: string }): string {
  return JSON.stringify([scope, key]);
}

/** What was kept, once more. @throws WalletError when it was a refusal. */
export function repeatAnswer<T>(kept: KeptAnswer<T>): T {
  if ('refused' in kept) throw new WalletError(kept.refused);
  return kept.result;
}

/** What of a refusal is kept under the key; undefined when a repetition is decided anew. */
export function keptRefusal({ kind, code, message, isFinal }: WalletError): KeptAnswer<never> | undefined {
  return isFinal ? { refused: { kind, code, message } } : undefined;
}

/** A hash of what was asked, whatever the order of its fields. */
export function hashOf(request: object): Buffer {
  const sorted = Object.entries(request)
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(sorted)).digest();
}
