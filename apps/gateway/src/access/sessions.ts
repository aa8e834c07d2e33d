import type { Queryable } from '@skelly/events/follow';

/** A session that is valid now. */
export interface Session {
  readonly sessionId: string;
  readonly userId: string;
  readonly role: string;
  readonly expiresAt: Date;
}

/** Whom a live token stands for, or why for nobody: a text for the reason of a close. */
export type Redemption = { readonly session: Session } | { readonly refused: string };

/** Where sessions are looked up. All throw when Postgres cannot be asked. */
export interface Sessions {
  /** The session of a cookie's token; null when it is unknown, expired or revoked. */
  find(token: string): Promise<Session | null>;
  /** Uses a live token up. */
  redeem(token: string): Promise<Redemption>;
  /** Those of the sessions that are still valid, as they are now, by id. */
  check(sessionIds: readonly string[]): Promise<ReadonlyMap<string, Session>>;
}

interface Row {
  id: string;
  user_id: string;
  role: string;
  expires_at: Date;
}

/** Looks up many open sessions in one statement. */
export function createSessionCheck(deps: { readonly db: Queryable }): Sessions['check'] {
  return async (sessionIds) => {
    const { rows } = await deps.db.query<Row>(
      `select session.id, user_id, role, expires_at from user_session as session join users on users.id = user_id
        where session.id = any($1::uuid[]) and revoked_at is null and expires_at > now()`,
      [sessionIds],
    );
    return new Map(
      rows.map((row) => [
        row.id,
        { sessionId: row.id, userId: row.user_id, role: row.role, expiresAt: row.expires_at },
      ]),
    );
  };
}
