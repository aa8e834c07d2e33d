import { createHash, randomBytes } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import type { LabDatabase } from '../harness/lab';

/** Somebody who is signed in. */
export interface BenchMember {
  readonly userId: string;
  /** Of their session. */
  readonly token: string;
}

/** Makes members with an open session and one unread notification each. */
export async function createMembers(database: LabDatabase, count: number): Promise<readonly BenchMember[]> {
  const members = Array.from({ length: count }, () => ({
    userId: uuidv7(),
    token: randomBytes(32).toString('base64url'),
  }));
  const ids = members.map(({ userId }) => userId);
  const hashes = members.map(({ token }) => createHash('sha256').update(token).digest());
  await database.pool.query(
    `insert into users (id, email, display_name, password_hash) select id, id || '@bench.invalid', 'Bench', '' from unnest($1::uuid[]) as id`,
    [ids],
  );
  await database.pool.query(
    `insert into user_session (token_hash, id, user_id, expires_at)
     select hash, gen_random_uuid(), id, now() + interval '1 day' from unnest($1::uuid[], $2::bytea[]) as given (id, hash)`,
    [ids, hashes],
  );
  await database.pool.query(
    `insert into notification (id, user_id, category, title, body, created_at)
     select gen_random_uuid(), id, 'bench', 'First', 'To be read.', now() from unnest($1::uuid[]) as id`,
    [ids],
  );
  await database.pool.query(
    `insert into notification_inbox (user_id, unread, version) select id, 1, 1 from unnest($1::uuid[]) as id`,
    [ids],
  );
  return members;
}
