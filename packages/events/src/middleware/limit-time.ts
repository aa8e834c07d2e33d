import { createInterruption } from '../worker/run/interruption';
import { withTimeout } from '../worker/run/timeout';
import type { Middleware } from './middleware';

/**
 * Gives a call so much time. What it does afterwards goes on unheard: only a worker can take a unit of work away from it.
 *
 * @throws HandlerTimeout, from the middleware.
 */
export function limitTime({ timeoutMs }: { readonly timeoutMs: number }): Middleware {
  const never = createInterruption();
  return ({ handler }, next) => withTimeout({ handler: handler.id, timeoutMs }, never, next);
}
