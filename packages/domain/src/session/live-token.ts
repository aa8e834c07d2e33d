import { liveToken, type Queries, userSession } from '@skelly/db';
import { AppError } from '@skelly/types/errors';
import { and, count, eq, gt, isNull } from 'drizzle-orm';
import { hashToken, newToken, openSessions, type Session } from './session';

/** How long a token may be used, in seconds. */
export const LIVE_TOKEN_SECONDS = 60;
/** Tokens that a session gets in that time at most: every connection needs one, and every refresh. */
export const LIVE_TOKENS_AT_MOST = 60;
const LIVE_TOKEN_MS = LIVE_TOKEN_SECONDS * 1_000;

/** A token just made. It leaves the server in the answer and is kept as a hash alone. */
export interface LiveToken {
  readonly token: string;
  readonly expiresAt: Date;
}

/** Whom a token stands for, or why for nobody. */
export type Redemption =
  | { readonly session: Session }
  | { readonly refused: 'token unknown' | 'token used' | 'token expired' | 'session ended' };

/**
 * Makes a token by which a client without cookie opens one live connection, within a minute.
 *
 * @throws AppError `too_many_tokens` when the session got {@link LIVE_TOKENS_AT_MOST} within the last minute.
 */
export async function issueLiveToken(queries: Queries, options: { sessionId: string; now: Date }): Promise<LiveToken> {
  const { sessionId, now } = options;
  const since = new Date(now.getTime() - LIVE_TOKEN_MS);
  const [recent] = await queries
    .select({ tokens: count() })
    .from(liveToken)
    .where(and(eq(liveToken.sessionId, sessionId), gt(liveToken.createdAt, since)));
  if ((recent?.tokens ?? 0) >= LIVE_TOKENS_AT_MOST) {
    throw new AppError({
      kind: 'too_many',
      code: 'too_many_tokens',
      message: `A session gets ${LIVE_TOKENS_AT_MOST} tokens a minute. Use one for each connection, and wait before the next.`,
      retryAfter: LIVE_TOKEN_SECONDS,
    });
  }
  const token = newToken();
  const expiresAt = new Date(now.getTime() + LIVE_TOKEN_MS);
  await queries.insert(liveToken).values({ tokenHash: hashToken(token), sessionId, createdAt: now, expiresAt });
  return { token, expiresAt };
}

/** Uses a token up: whoever presents it first has its session, and nobody after. */
export async function redeemLiveToken(queries: Queries, token: string, now = new Date()): Promise<Redemption> {
  const tokenHash = hashToken(token);
  const [used] = await queries
    .update(liveToken)
    .set({ usedAt: now })
    .where(and(eq(liveToken.tokenHash, tokenHash), isNull(liveToken.usedAt), gt(liveToken.expiresAt, now)))
    .returning({ sessionId: liveToken.sessionId });
  if (!used) {
    const [known] = await queries
      .select({ usedAt: liveToken.usedAt })
      .from(liveToken)
      .where(eq(liveToken.tokenHash, tokenHash));
    if (!known) return { refused: 'token unknown' };
    return { refused: known.usedAt ? 'token used' : 'token expired' };
  }
  const [open] = await openSessions(queries, eq(userSession.id, used.sessionId), now);
  if (!open) return { refused: 'session ended' };
  const { tokenHash: _tokenHash, ...session } = open;
  return { session };
}
