import type pg from 'pg';
import type { LabDatabase } from '../harness/lab';
import { USERS } from './counted';

/** One thing to count, as a message told it. */
export interface Counting {
  /** Names the message: what came twice is counted once. */
  readonly id: string;
  readonly userId: string;
  readonly amount: number;
}

/** The state of the benches' handlers, and the inbox of peers, which have none of their own. */
export async function createCounters(database: LabDatabase): Promise<void> {
  await database.pool.query(`
    create table bench_counter (user_id text primary key, value bigint not null) with (fillfactor = 50);
    create table bench_inbox (id text primary key);
    insert into bench_counter select 'user-' || lpad(nth::text, 4, '0'), 0 from generate_series(0, ${USERS - 1}) as nth;
    analyze bench_counter`);
}

/** How much has been counted so far, by whoever. */
export async function readCounted(database: LabDatabase): Promise<number> {
  const { rows } = await database.pool.query<{ counted: number }>({
    name: 'counted',
    text: 'select sum(value)::float8 as counted from bench_counter',
  });
  return rows[0]?.counted ?? 0;
}

// Rows are locked in the order of their keys, so that two batches never wait for each other.
const COUNT_SET = `
  with fresh as (
    insert into bench_inbox (id) select unnest($1::text[]) on conflict do nothing returning id
  ), sums as (
    select user_id, sum(amount) as amount
    from unnest($1::text[], $2::text[], $3::int[]) as given (id, user_id, amount) join fresh using (id) group by user_id
  ), locked as (
    select user_id, sums.amount from bench_counter join sums using (user_id) order by user_id for update of bench_counter
  )
  update bench_counter as counter set value = counter.value + locked.amount from locked where counter.user_id = locked.user_id`;

/** A peer's batch handler: inbox rows and counters of all messages by one statement, so one transaction. */
export async function countSet(pool: pg.Pool, messages: readonly Counting[]): Promise<void> {
  await pool.query({
    name: 'count-set',
    text: COUNT_SET,
    values: [messages.map(({ id }) => id), messages.map(({ userId }) => userId), messages.map(({ amount }) => amount)],
  });
}

/** A peer's plain handler: a transaction of its own, the inbox row, then the counter if the message was new. */
export async function countOne(pool: pg.Pool, { id, userId, amount }: Counting): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    const fresh = await client.query({
      name: 'inbox',
      text: 'insert into bench_inbox (id) values ($1) on conflict do nothing',
      values: [id],
    });
    if (fresh.rowCount === 1) {
      await client.query({
        name: 'count',
        text: 'update bench_counter set value = value + $2 where user_id = $1',
        values: [userId, amount],
      });
    }
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw error;
  } finally {
    client.release();
  }
}
