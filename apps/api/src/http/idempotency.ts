import { createHmac } from 'node:crypto';
import { once } from '@skelly/events';
import { AppError } from '@skelly/types/errors';
import type { Once } from './route';

const KEY = /^[\x21-\x7e]{1,255}$/;

/**
 * The {@link Once} of one request. The request is kept as a keyed hash, so a password in it cannot be guessed from the
 * record.
 *
 * @param options.onRepeat told when the answer is the first one again.
 * @throws AppError when the header is malformed.
 */
export function onceFor(options: {
  key: string | undefined;
  /** Who may repeat the command: route and actor. */
  scope: string;
  /** As the route's schema parsed it, so that spelling does not matter. */
  body: unknown;
  secret: Buffer;
  onRepeat: () => void;
}): Once {
  const { key, scope, secret } = options;
  if (key === undefined) return (_work, run) => run();
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
  return async (work, run) => {
    const { result, repeated } = await once(work, { scope, key, requestHash }, run);
    if (repeated) options.onRepeat();
    return result;
  };
}
