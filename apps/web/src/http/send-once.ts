import { newIdempotencyKey } from '@skelly/client';
import { isUnknown, type Sent, send } from './send';

/**
 * Sends a command so that what is wished by it is done once, however often it is tried. `wish` names that; without it the path and the
 * body do. Money waits for no connection, so that none leaves when nobody looks.
 */
export type SendOnce = <T>(path: string, body: unknown, wish?: string) => Promise<Sent<T>>;

/** By what is meant, what was tried and has no known end yet. */
export type Attempts = Map<string, Attempt>;

/** Less than the 24 hours for which the server knows a key, milliseconds. */
const KEPT_MS = 23 * 3_600_000;

interface Attempt {
  readonly key: string;
  /** When its key was taken, milliseconds since 1970. */
  readonly at: number;
  /** Whether a try of it has ended so that nobody knows whether it was done. */
  isOpen: boolean;
}

/**
 * Keeps the key of a wish from its first try until its end is known, and not longer: a try after an unknown end repeats it under
 * the same key, and the same meant anew after an answer is another one. Keys live as long as the page, beyond any dialog, and end
 * before the server forgets them.
 *
 * @param userId the member in whose name all of it is sent; without it, a visitor's
 * @param attempts where they are kept, for whoever sends from several places. @param now milliseconds since 1970
 */
export function createSendOnce(userId?: string, attempts: Attempts = new Map(), now = Date.now): SendOnce {
  return async (path, body, wish = `${path} ${JSON.stringify(body)}`) => {
    const last = attempts.get(wish);
    const isKnown = last && now() - last.at < KEPT_MS;
    const attempt = isKnown ? last : { key: newIdempotencyKey(), at: now(), isOpen: false };
    attempts.set(wish, attempt);
    const sent = await send<never>(path, { body, idempotencyKey: attempt.key, ...(userId ? { userId } : {}) });
    if (sent.ok) {
      attempts.delete(wish);
      return sent;
    }
    const { failure } = sent;
    if (isUnknown(failure)) {
      attempt.isOpen = true;
      return sent;
    }
    if (attempt.isOpen && failure.kind === 'refused' && isOfTheAsker(failure.problem.status))
      return { ok: false, failure: { ...failure, isUnsettled: true } };
    attempts.delete(wish);
    return sent;
  };
}

/** Refused before anybody looked at the command, such as when the session has ended: it says nothing of an earlier try. */
function isOfTheAsker(status: number): boolean {
  return status === 401 || status === 403;
}
