import { createEntry } from '@skelly/domain/activity';
import { defineHandler, type UnitOfWork } from '@skelly/events';
import type { EventContract, EventData, EventEnvelope } from '@skelly/types/event';
import { escrowHeld, escrowPartiallySettled, escrowRefunded, escrowSettled } from '@skelly/types/wallet';

type EscrowContract = typeof escrowHeld | typeof escrowSettled | typeof escrowRefunded | typeof escrowPartiallySettled;

/** Puts what became of a hold into the feed of whose money it was and, once it is paid, into that of the creator. */
async function record(event: EventEnvelope<EventData<EscrowContract>>, work: UnitOfWork): Promise<void> {
  const { data, position, eventId, type: eventType, occurredAt: timestamp } = event;
  const { escrowId, amount, currency, reason, transactionId, featureType, queueItemId } = data;
  const parts =
    'settledAmount' in data ? { settledAmount: data.settledAmount, refundedAmount: data.refundedAmount } : {};
  const about = { escrowId, amount, currency, reason, ...parts, transactionId, featureType, queueItemId };
  const entry = { position, eventId, eventType, timestamp };
  await createEntry(work, { ...entry, userId: data.userId, metadata: { side: 'payer', ...about } });
  if ('modelId' in data && data.modelId !== data.userId)
    await createEntry(work, { ...entry, userId: data.modelId, metadata: { side: 'payee', ...about } });
}

const recordsActivity = <C extends EventContract>(id: string, on: C) => defineHandler<C>({ id, on, handle: record });

export const heldActivity = recordsActivity('wallet.held-activity', escrowHeld);
export const settledActivity = recordsActivity('wallet.settled-activity', escrowSettled);
export const refundedActivity = recordsActivity('wallet.refunded-activity', escrowRefunded);
export const partiallySettledActivity = recordsActivity('wallet.partially-settled-activity', escrowPartiallySettled);
