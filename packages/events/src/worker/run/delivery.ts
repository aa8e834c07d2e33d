import { LIVE_RUN } from '@skelly/db';
import type { EventEnvelope } from '@skelly/types/event';
import type { Handler } from '../../handlers/handler';

/** One event for one handler, mostly as a message brought it. */
export interface Delivery {
  readonly event: EventEnvelope;
  readonly handler: Handler;
  readonly run: string;
  readonly queue: string;
  /** Null when no message has brought it: then it runs right after its commit. */
  readonly relayedAt: string | null;
  readonly receivedAt: Date;
}

/** What names a delivery in Postgres. */
export interface DeliveryKey {
  readonly eventId: string;
  readonly handler: string;
  readonly run: string;
}

export function keyOf({ event, handler, run }: Delivery): DeliveryKey {
  return { eventId: event.eventId, handler: handler.id, run };
}

/** Whether it has to wait for earlier events of its subject. Replays do not: they repeat what has happened in order. */
export function isOrdered({ handler, run }: Delivery): boolean {
  return handler.on.ordered && run === LIVE_RUN;
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
