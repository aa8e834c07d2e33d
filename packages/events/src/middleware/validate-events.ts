import type { EventContract } from '@skelly/types/event';
import { NonRetriable } from '../errors';
import { currentData } from '../upcast';
import type { Middleware } from './middleware';

/**
 * Lets only those calls through whose events' data satisfy their contract, as the worker does when it takes an event in.
 *
 * @throws NonRetriable, from the middleware, naming the event and what is wrong with it.
 */
export function validateEvents(deps: {
  readonly findContract: (type: string) => EventContract | undefined;
}): Middleware {
  return async ({ events }, next) => {
    for (const event of events) {
      const contract = deps.findContract(event.type);
      if (!contract) throw new NonRetriable(`No contract has the type "${event.type}".`);
      const current = currentData(contract, event);
      if ('invalid' in current) throw new NonRetriable(`${event.type} ${event.eventId}: ${current.invalid}`);
    }
    await next();
  };
}
