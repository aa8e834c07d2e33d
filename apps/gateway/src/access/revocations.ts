import type { Queryable } from '@skelly/events/follow';
import type { Session } from './sessions';

/** Looks for sessions that were revoked lately, whoever did it: a command, an operator, or SQL by hand. */
export interface RevocationWatch {
  /** Looks once, unless it is looking already. What fails is tried by the next call. */
  check(): Promise<void>;
}

/** A revocation is seen late by the time that its transaction took; one that took longer is found by the look at all sessions. */
const LOOK_BACK_SECONDS = 60;
/** More at once are not told one by one. */
const TOLD_AT_MOST = 1_000;

/**
 * One statement by the index on what was revoked, so what it costs depends on the revocations of a minute and not on the
 * number of sockets.
 */
export function createRevocationWatch(deps: {
  readonly db: Queryable;
  readonly onRevoked: (session: Pick<Session, 'sessionId' | 'userId'>) => void;
  /** So many that all sessions have to be looked up. */
  readonly onMany: () => void;
  readonly onError: (error: unknown) => void;
}): RevocationWatch {
  let isLooking = false;
  return {
    async check() {
      if (isLooking) return;
      isLooking = true;
      try {
        const { rows } = await deps.db.query<{ sessionId: string; userId: string }>(
          `select id as "sessionId", user_id as "userId" from user_session
            where revoked_at > now() - make_interval(secs => $1) limit $2`,
          [LOOK_BACK_SECONDS, TOLD_AT_MOST + 1],
        );
        if (rows.length > TOLD_AT_MOST) deps.onMany();
        else for (const row of rows) deps.onRevoked(row);
      } catch (error) {
        deps.onError(error);
      } finally {
        isLooking = false;
      }
    },
  };
}
