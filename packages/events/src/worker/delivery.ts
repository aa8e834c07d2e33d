import type { EventEnvelope } from '@skelly/types/event';
import type { Handler } from '../handlers/handler';

/** One event for one handler, as a message brought it. */
export interface Delivery {
  readonly event: EventEnvelope;
  readonly handler: Handler;
  readonly run: string;
  readonly queue: string;
  readonly relayedAt: string;
  readonly receivedAt: Date;
}

/**
 * How a delivery ended. After any of these the message has done its work for this handler:
 * it has run, now or before; or Postgres knows when it is due again; or an operator has to look at it.
 */
export type DeliveryOutcome = 'finished' | 'duplicate' | 'retrying' | 'parked' | 'dead';

/** Postgres could not be used, or transactions were in each other's way: nobody's failure, and nothing is charged. */
export class DeliveryInterrupted extends Error {
  override readonly name = 'DeliveryInterrupted';
}
