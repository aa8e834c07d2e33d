import { createHash } from 'node:crypto';
import type pg from 'pg';
import { KEPT_HOURS } from '../idempotency';
import { columnParameters } from './array-parameter';

/** An emission that names itself, so that its repetition is the same one. */
export interface KeyedEmit {
  readonly type: string;
  readonly key: string;
  /** JSON text. */
  readonly data: string;
  /** What it answers if it is the first. */
  readonly answer: string;
}

// Waits for a rival that holds the same key, for the length of its transaction. In sorted order, so that two callers with
// several keys each do not wait for each other.
const KEEP = {
  name: 'emit-key-keep',
  text: `
    insert into idempotency_record (scope, key, request_hash, response, expires_at)
    select scope, key, hash, to_jsonb(answer), now() + interval '${KEPT_HOURS} hours'
    from unnest($1::text[], $2::text[], $3::bytea[], $4::text[]) as given (scope, key, hash, answer) order by scope, key
    on conflict (scope, key) do update
    set request_hash = excluded.request_hash, response = excluded.response, created_at = now(), expires_at = excluded.expires_at
    where idempotency_record.expires_at <= now()
    returning scope, key, response as answer`,
};

// A statement of its own: only a new snapshot sees what the rival has committed.
const LOOK_UP = {
  name: 'emit-key-look-up',
  text: `
    select scope, key, response as answer from idempotency_record
    join unnest($1::text[], $2::text[]) as given (scope, key) using (scope, key)`,
};

/** More than one only where a record expired and was deleted between the two statements. */
const MAX_TURNS = 5;

interface Kept {
  readonly scope: string;
  readonly key: string;
  readonly answer: string;
}

/** What became of an emission with a key. */
export interface KeyAnswer {
  /** What the key's first emission got. */
  readonly answer: string;
  /** Whether this is the first. */
  readonly first: boolean;
}

/** Keeps the answers of those emissions whose key is new, in the transaction of `client`. @returns what became of each, in order. */
export async function firstAnswers(client: pg.ClientBase, emits: readonly KeyedEmit[]): Promise<readonly KeyAnswer[]> {
  const firsts = new Map<string, KeyedEmit>();
  for (const emit of emits) {
    const name = nameOf(scopeOf(emit), emit.key);
    if (!firsts.has(name)) firsts.set(name, emit);
  }
  const answers = new Map<string, string>();
  const won = new Set<KeyedEmit | undefined>();
  for (let turn = 0; answers.size < firsts.size; turn += 1) {
    if (turn === MAX_TURNS) throw new Error('The records of idempotency keys come and go while they are asked for.');
    const open = [...firsts].flatMap(([name, emit]) => (answers.has(name) ? [] : [emit]));
    const rows = open.map((emit) => [
      scopeOf(emit),
      emit.key,
      createHash('sha256').update(emit.data).digest(),
      emit.answer,
    ]);
    const values = columnParameters(['text', 'text', 'bytea', 'text'], rows);
    const kept = await client.query<Kept>({ ...KEEP, values });
    for (const { scope, key, answer } of kept.rows) {
      answers.set(nameOf(scope, key), answer);
      won.add(firsts.get(nameOf(scope, key)));
    }
    if (answers.size === firsts.size) break;
    const known = await client.query<Kept>({ ...LOOK_UP, values: values.slice(0, 2) });
    for (const { scope, key, answer } of known.rows) answers.set(nameOf(scope, key), answer);
  }
  return emits.map((emit) => ({
    answer: answers.get(nameOf(scopeOf(emit), emit.key)) as string,
    first: won.has(emit),
  }));
}

function scopeOf({ type }: { type: string }): string {
  return `emit ${type}`;
}

function nameOf(scope: string, key: string): string {
  return JSON.stringify([scope, key]);
}
