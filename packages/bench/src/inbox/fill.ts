import { createHash, randomBytes } from 'node:crypto';
import type { LabDatabase } from '../harness/lab';

export interface InboxTable {
  readonly name: string;
  readonly notifications: number;
  readonly members: number;
  /** Members who read, each with an open session: the one with the most notifications, and others. */
  readonly readers: number;
}

const CHUNK = 250_000;

/**
 * Fills inboxes as a year would have: few members have most (the first one every twentieth notification), and those of one member
 * lie scattered in the table, as they came. One in five is new, one in ten archived.
 */
export async function fillInboxes(database: LabDatabase, table: InboxTable): Promise<void> {
  const { pool } = database;
  const { notifications, members, readers } = table;
  await pool.query('create table bench_member (nth int primary key, user_id uuid not null)');
  await pool.query('create table bench_reader (nth int primary key, token text not null)');
  await pool.query(
    `with made as (
       insert into users (id, email, display_name, password_hash, email_verified_at)
       select uuidv7(), 'bench-' || nth || '@bench.invalid', 'Bench', '', now() from generate_series(1, $1::int) as nth
       returning id
     ) insert into bench_member select row_number() over (), id from made`,
    [members],
  );
  for (let first = 1; first <= notifications; first += CHUNK) {
    await pool.query(
      `insert into notification (id, user_id, category, title, body, href, created_at, read_at, archived_at, source_event_id)
       select uuidv7(age), user_id, 'account', 'You are a creator now', 'Your role was changed. What you may do has changed with it.',
         '/home', now() + age, case when random() > 0.2 then now() end, case when random() > 0.9 then now() end, uuidv7()
       from (
         select nth, (nth - $3::int) * (interval '365 days' / $3::int) as age,
           case when nth % 20 = 0 then 1 else 1 + floor(power(random(), 3) * $4::int)::int end as owner
         from generate_series($1::int, $2::int) as nth
       ) as given join bench_member on bench_member.nth = owner order by given.nth`,
      [first, Math.min(first + CHUNK - 1, notifications), notifications, members],
    );
  }
  await pool.query(
    `insert into notification_inbox (user_id, unread, version)
     select user_id, count(*) filter (where read_at is null and archived_at is null), count(*) from notification group by user_id`,
  );
  const tokens = Array.from({ length: readers }, () => randomBytes(32).toString('base64url'));
  const hashes = tokens.map((token) => createHash('sha256').update(token).digest());
  await pool.query(
    'insert into bench_reader select nth, token from unnest($1::text[]) with ordinality as given (token, nth)',
    [tokens],
  );
  await pool.query(
    `insert into user_session (token_hash, id, user_id, expires_at)
     select hash, uuidv7(), user_id, now() + interval '1 day'
     from unnest($1::bytea[]) with ordinality as given (hash, nth) join bench_member using (nth)`,
    [hashes],
  );
  for (const name of ['notification', 'notification_inbox', 'users', 'user_session'])
    await pool.query(`vacuum analyze ${name}`);
}
