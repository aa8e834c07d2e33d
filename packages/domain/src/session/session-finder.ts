import { type Queries, userSession } from '@skelly/db';
import { sql } from 'drizzle-orm';
import { findOpenSessions, hashToken, type Session, TOKEN } from './session';

/** Finds who is behind the tokens of a process' requests. */
export interface SessionFinder {
  /** The session that a token opens, or null: unknown, expired, revoked or not a token at all. @throws what asking Postgres threw */
  find(token: string | undefined): Promise<Session | null>;
}

interface Question {
  readonly tokenHash: Buffer;
  resolve(session: Session | null): void;
  reject(error: unknown): void;
}

/** Statements under way at once: while one is being answered, the next is asked. */
const STATEMENTS = 2;
/** Tokens of one statement. More wait for the next. */
const TOKENS = 500;

/**
 * One who asks alone is answered by a statement of their own. Those who come while two are under way share the next one, so that
 * thousands who come back at once cost a few statements. How many may wait is bounded by who lets requests in.
 */
export function createSessionFinder(queries: Queries, now = () => new Date()): SessionFinder {
  const waiting: Question[] = [];
  let underWay = 0;

  async function answer(questions: readonly Question[]): Promise<void> {
    try {
      const hashes = sql.param(questions.map(({ tokenHash }) => tokenHash));
      const found = await findOpenSessions(queries, sql`${userSession.tokenHash} = any(${hashes})`, now());
      const sessions = new Map(found.map(({ tokenHash, ...session }) => [tokenHash.toString('base64'), session]));
      for (const { tokenHash, resolve } of questions) resolve(sessions.get(tokenHash.toString('base64')) ?? null);
    } catch (error) {
      for (const { reject } of questions) reject(error);
    }
  }

  async function proceed(): Promise<void> {
    if (underWay === STATEMENTS) return;
    underWay += 1;
    // A turn later: who asks in the same one comes along.
    await Promise.resolve();
    while (waiting.length > 0) await answer(waiting.splice(0, TOKENS));
    underWay -= 1;
  }

  return {
    find(token) {
      if (token === undefined || !TOKEN.test(token)) return Promise.resolve(null);
      return new Promise((resolve, reject) => {
        waiting.push({ tokenHash: hashToken(token), resolve, reject });
        void proceed();
      });
    },
  };
}
