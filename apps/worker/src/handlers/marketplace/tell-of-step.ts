import { tellOfStep } from '@skelly/domain/marketplace';
import { defineHandler } from '@skelly/events';
import { requestMoved } from '@skelly/types/marketplace';

/** Tells the other side of a request of each step, in the order of the steps. */
export function createTellOfStep(port: { readonly now: () => Date }) {
  return defineHandler({
    id: 'marketplace.tell-of-step',
    on: requestMoved,
    async handle({ eventId, data }, work) {
      await tellOfStep(work, { eventId, step: data, now: port.now() });
    },
  });
}
