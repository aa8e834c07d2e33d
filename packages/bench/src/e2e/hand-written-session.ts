import { createHash } from 'node:crypto';
import type pg from 'pg';

export interface HandWrittenArgument {
  readonly databaseUrl: string;
  readonly endpoint: string;
  readonly queueName: string;
}

/** Whose session a cookie opens. */
export async function findUser(pool: pg.Pool, cookie: string | undefined): Promise<string | undefined> {
  const token = /skelly_session=([^;]+)/.exec(cookie ?? '')?.[1];
  if (!token) return undefined;
  const { rows } = await pool.query<{ user_id: string }>({
    name: 'session',
    text: `select user_id from user_session join users on users.id = user_id
      where token_hash = $1 and expires_at > now() and revoked_at is null`,
    values: [createHash('sha256').update(token).digest()],
  });
  return rows[0]?.user_id;
}
