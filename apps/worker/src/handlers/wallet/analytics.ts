import { type Counted, count } from '@skelly/domain/analytics';
import { defineBatchHandler } from '@skelly/events';
import type { EventContract, EventData } from '@skelly/types/event';
import { escrowHeld, escrowPartiallySettled, escrowRefunded, escrowSettled } from '@skelly/types/wallet';

/** Counts what becomes of holds, and sums their amounts, on the days on which it happened. Many at once, as they meet in few rows. */
function countsEscrows<C extends EventContract>(
  id: string,
  on: C,
  thingsOf: (data: EventData<C>) => readonly Omit<Counted, 'at'>[],
) {
  return defineBatchHandler<C>({
    id,
    on,
    queue: 'analytics',
    batchSize: 200,
    async handle(events, work) {
      await count(
        work,
        events.flatMap(({ data, occurredAt }) => {
          const at = new Date(occurredAt);
          return thingsOf(data).map((thing) => ({ ...thing, at }));
        }),
      );
    },
  });
}

export const heldAnalytics = countsEscrows('wallet.held-analytics', escrowHeld, ({ amount, currency }) => [
  { metric: escrowHeld.type },
  { metric: `${escrowHeld.type} ${currency}`, by: amount },
]);

export const settledAnalytics = countsEscrows('wallet.settled-analytics', escrowSettled, ({ amount, currency }) => [
  { metric: escrowSettled.type },
  { metric: `${escrowSettled.type} ${currency}`, by: amount },
]);

export const refundedAnalytics = countsEscrows('wallet.refunded-analytics', escrowRefunded, ({ amount, currency }) => [
  { metric: escrowRefunded.type },
  { metric: `${escrowRefunded.type} ${currency}`, by: amount },
]);

export const partiallySettledAnalytics = countsEscrows(
  'wallet.partially-settled-analytics',
  escrowPartiallySettled,
  ({ settledAmount, refundedAmount, currency }) => [
    { metric: escrowPartiallySettled.type },
    { metric: `${escrowPartiallySettled.type} to creator ${currency}`, by: settledAmount },
    { metric: `${escrowPartiallySettled.type} back ${currency}`, by: refundedAmount },
  ],
);
