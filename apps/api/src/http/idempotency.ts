import { createHmac } from 'node:crypto';
import { type CommandIdentity, once } from '@skelly/events';
import { AppError } from '@skelly/types/errors';
import type { Once } from './route';

const KEY = /^[\x21-\x7e]{1,255}$/;

/**
 * Names the command of a request that has an Idempotency-Key. The request is kept as a keyed hash, so a password in it cannot be
 * guessed from the record.
 *
 * @throws AppError when the header is malformed.
 */
export function identify(options: {
  key: string | undefined;
  /** Who may repeat the command: route and actor. */
  scope: string;
  /** As the route's schema parsed it, so that spelling does not matter. */
  body: unknown;
  secret: Buffer;
}): CommandIdentity | null {
  const { key, scope, secret } = options;
  if (key === undefined) return null;
  if (!KEY.test(key)) {
    throw new AppError({
      kind: 'invalid',
      code: 'idempotency_key_malformed',
      message: 'Idempotency-Key must be 1 to 255 visible ASCII characters; a UUID is fine.',
    });
  }
  const requestHash = createHmac('sha256', secret)
    .update(JSON.stringify(options.body ?? null))
    .digest();
  return { scope, key, requestHash };
}

/** The {@link Once} of one request. @param onRepeat told when the answer is the first one again. */
export function onceFor(command: CommandIdentity | null, onRepeat: () => void): Once {
  if (!command) return (_work, run) => run();
  return async (work, run) => {
    const { result, repeated } = await once(work, command, run);
    if (repeated) onRepeat();
    return result;
  };
}
