import { CLOSE, type CloseCode } from '@skelly/types/live';
import type { Redemption, Session } from './sessions';
import { within } from './within';

/** Why a connection is not opened, or must end. */
export interface Refusal {
  readonly code: CloseCode;
  readonly reason: string;
}

/** The time that a token has bought for a connection; its session may end it earlier. */
export interface Lease {
  readonly expiresAt: Date;
  /** Uses another token of the same session up, and lasts longer; or says why the connection must end. */
  renew(token: string): Promise<Refusal | undefined>;
}

export function createLease(deps: {
  readonly session: Session;
  /** Throws when Postgres cannot be asked. */
  readonly redeem: (token: string) => Promise<Redemption>;
  readonly limits: { readonly tokenConnectionMs: number; readonly authTimeoutMs: number };
  readonly now: () => number;
}): Lease {
  const { session, limits, now } = deps;
  const fromNow = () => new Date(Math.min(session.expiresAt.getTime(), now() + limits.tokenConnectionMs));
  let expiresAt = fromNow();
  return {
    get expiresAt() {
      return expiresAt;
    },
    async renew(token) {
      let answer: Redemption;
      try {
        answer = await within(deps.redeem(token), limits.authTimeoutMs);
      } catch {
        return { code: CLOSE.UNAVAILABLE, reason: 'try again' };
      }
      if ('refused' in answer) return { code: CLOSE.UNAUTHENTICATED, reason: answer.refused };
      if (answer.session.sessionId !== session.sessionId)
        return { code: CLOSE.UNAUTHENTICATED, reason: 'token of another session' };
      expiresAt = fromNow();
      return undefined;
    },
  };
}
