import { describeError } from '@skelly/types/errors';
import type { Log } from '../log';
import type { Middleware } from './middleware';

/**
 * One line for each call of a handler, with its milliseconds: `debug` when it has worked, `warn` with the error's name when it has failed;
 * its text may name people and is kept with the attempt. A call that shared a transaction may be repeated alone, and then has a line for each.
 */
export function logCalls({ log }: { readonly log: Pick<Log, 'debug' | 'warn'> }): Middleware {
  return async ({ handler, events }, next) => {
    const startedAt = performance.now();
    const [first] = events;
    const about = () => ({
      handler: handler.id,
      type: handler.on.type,
      events: events.length,
      eventId: first?.eventId,
      correlationId: first?.correlationId,
      ms: Math.round(performance.now() - startedAt),
    });
    try {
      await next();
    } catch (error) {
      const { name, code } = describeError(error);
      log.warn({ ...about(), failure: name, code }, 'a handler failed');
      throw error;
    }
    log.debug(about(), 'handled');
  };
}
