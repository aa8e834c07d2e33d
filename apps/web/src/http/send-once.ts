import { newIdempotencyKey } from '@skelly/client';
import { type Attempt, type Attempts, createAttempts, keyLeft } from './attempts';
import { isUnknown, type Sent, send } from './send';

/**
 * Sends a command so that what is wished by it is done once, however often it is tried. `wish` names that; without it the path and the
 * body do. Money waits for no connection, so that none leaves when nobody looks.
 */
export type SendOnce = <T>(path: string, body: unknown, wish?: string) => Promise<Sent<T>>;

/**
 * Keeps the key of a wish from its first try until its end is known, and not longer: a try after an unknown end repeats it under
 * the same key, and the same meant anew after an answer is another one. Keys live as long as the page, beyond any dialog, and end
 * before the server forgets them: then the next try sends nothing and says so, and the one after it is meant anew.
 *
 * @param userId the member in whose name all of it is sent; without it, a visitor's
 * @param attempts where they are kept, for whoever sends from several places. @param now milliseconds since 1970
 */
export function createSendOnce(userId?: string, attempts: Attempts = createAttempts(), now = Date.now): SendOnce {
  return async (path, body, wish = `${path} ${JSON.stringify(body)}`) => {
    const attempt: Attempt = attempts.all().get(wish) ?? {
      key: newIdempotencyKey(),
      at: now(),
      isOpen: false,
      path,
      body,
    };
    if (keyLeft(attempt.at, now()) <= 0) {
      attempts.set(wish, null);
      return { ok: false, failure: { kind: 'stale' } };
    }
    attempts.set(wish, attempt);
    const sent = await send<never>(path, { body, idempotencyKey: attempt.key, ...(userId ? { userId } : {}) });
    const latest = attempts.all().get(wish);
    // Another try under the key, perhaps in another tab, knows how it ended.
    if (latest?.key !== attempt.key) return sent;
    const failure = sent.ok ? null : sent.failure;
    if (failure && isUnknown(failure)) {
      attempts.set(wish, { ...latest, isOpen: true });
      return sent;
    }
    if (latest.isOpen && failure?.kind === 'refused' && isOfTheAsker(failure.problem.status))
      return { ok: false, failure: { ...failure, isUnsettled: true } };
    attempts.set(wish, null);
    return sent;
  };
}

/** Refused before anybody looked at the command, such as when the session has ended: it says nothing of an earlier try. */
function isOfTheAsker(status: number): boolean {
  return status === 401 || status === 403;
}
