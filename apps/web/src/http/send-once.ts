import { newIdempotencyKey } from '@skelly/client';
import { isUnknown, type Sent, send } from './send';

/**
 * Sends a command so that what is wished by it is done once, however often it is tried. `wish` names that; without it the path and the
 * body do. Money waits for no connection, so that none leaves when nobody looks.
 */
export type SendOnce = <T>(path: string, body: unknown, wish?: string) => Promise<Sent<T>>;

/** By what is meant, what was tried and has no known end yet. */
export type Attempts = Map<string, Attempt>;

interface Attempt {
  readonly key: string;
  /** Whether a try of it has ended so that nobody knows whether it was done. */
  isOpen: boolean;
}

/**
 * Keeps the key of a wish from its first try until its end is known, and not longer: a try after an unknown end repeats it under
 * the same key, and the same meant anew after an answer is another one. Keys live as long as the page, beyond any dialog.
 *
 * @param userId the member in whose name all of it is sent; without it, a visitor's
 * @param attempts where they are kept, for whoever sends from several places
 */
export function createSendOnce(userId?: string, attempts: Attempts = new Map()): SendOnce {
  return async (path, body, wish = `${path} ${JSON.stringify(body)}`) => {
    const attempt = attempts.get(wish) ?? { key: newIdempotencyKey(), isOpen: false };
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
