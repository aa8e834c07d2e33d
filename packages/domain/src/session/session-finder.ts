import { type Queries, userSession } from '@skelly/db';
import { sql } from 'drizzle-orm';
import { hashToken, openSessions, type Session, TOKEN } from './session';

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

/** Milliseconds from one statement to the next. A statement costs more than what it carries. */
const PAUSE_MS = 2;
/** Tokens of one statement. More wait for the next. */
const TOKENS = 500;

/**
 * Who asks alone is answered by a statement of their own, at once. Of those who come faster than 500 a second, all of two
 * milliseconds share one, so that thousands who come back at once cost a few. How many may wait is bounded by who lets requests in.
 */
export function createSessionFinder(queries: Queries, now = () => new Date()): SessionFinder {
  const waiting: Question[] = [];
  let isScheduled = false;
  let askedAt = Number.NEGATIVE_INFINITY;
  // Put together once: that takes longer than the answer.
  const statement = openSessions(
    queries,
    sql`${userSession.tokenHash} = any(${sql.placeholder('hashes')})`,
    sql.placeholder('now'),
  ).prepare('open_sessions');

  function schedule(): void {
    if (isScheduled || waiting.length === 0) return;
    isScheduled = true;
    const waitMs = askedAt + PAUSE_MS - performance.now();
    // A turn later at least: who asks in the same one comes along.
    if (waitMs > 0) setTimeout(ask, waitMs);
    else setImmediate(ask);
  }

  function ask(): void {
    isScheduled = false;
    askedAt = performance.now();
    void answer(waiting.splice(0, TOKENS));
    schedule();
  }

  async function answer(questions: readonly Question[]): Promise<void> {
    try {
      const found = await statement.execute({ hashes: questions.map(({ tokenHash }) => tokenHash), now: now() });
      const sessions = new Map(found.map(({ tokenHash, ...session }) => [tokenHash.toString('base64'), session]));
      for (const { tokenHash, resolve } of questions) resolve(sessions.get(tokenHash.toString('base64')) ?? null);
    } catch (error) {
      for (const { reject } of questions) reject(error);
    }
  }

  return {
    find(token) {
      if (token === undefined || !TOKEN.test(token)) return Promise.resolve(null);
      return new Promise((resolve, reject) => {
        waiting.push({ tokenHash: hashToken(token), resolve, reject });
        schedule();
      });
    },
  };
}
