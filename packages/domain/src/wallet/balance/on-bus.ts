import type { Log } from '@skelly/events';
import type { EventContract, EventData } from '@skelly/types/event';
import type { Decision } from '../ledger/decide';
import { publishDecision } from '../ledger/write';
import { createWalletEventPublisher } from '../publisher';

/** What it needs of a bus; an `EventBus` is one. */
interface Bus {
  publish(publication: {
    readonly type: string;
    readonly data: EventData<EventContract>;
    readonly idempotencyKey?: string | undefined;
  }): Promise<unknown>;
}

/**
 * Publishes what the process' own ledger has committed on a bus of the process: the `onCommitted` of `createLedger`. For what is worth
 * having at once and may be lost; handlers of a worker get every event. What its subscribers do wrong is logged, as the operation has
 * succeeded.
 */
export function publishOnBus({ bus, log }: { readonly bus: Bus; readonly log: Log }): (decision: Decision) => void {
  const publisher = createWalletEventPublisher<void>((contract, data) => {
    bus
      .publish({ type: contract.type, data })
      .catch((error: unknown) => log.warn({ err: error, type: contract.type }, 'an event was not taken on the bus'));
  });
  return (decision) => void publishDecision(publisher, decision);
}
