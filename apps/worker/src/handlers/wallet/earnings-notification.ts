import { notify } from '@skelly/domain/notification';
import { isMember } from '@skelly/domain/user';
import { defineHandler, type UnitOfWork } from '@skelly/events';
import { type Currency, escrowPartiallySettled, escrowSettled, PERFORMANCE_FEATURE } from '@skelly/types/wallet';

interface Earnings {
  readonly eventId: string;
  readonly modelId: string;
  readonly amount: number;
  readonly currency: Currency;
  /** What it was paid for. */
  readonly featureType: string | null;
}

/** Tells a creator what they have earned; whoever is no member of ours has no inbox. */
async function tell(work: UnitOfWork, now: Date, earnings: Earnings): Promise<void> {
  const { eventId, modelId: userId, amount: earned, currency, featureType } = earnings;
  // The marketplace's own word says nothing to a member; what was performed, they know.
  const what = featureType === PERFORMANCE_FEATURE ? null : featureType;
  if (!(await isMember(work.tx, userId))) return;
  await notify(work, { userId, eventId, now }, { category: 'account', data: { earned, currency, what } });
}

/** Tells the creator of a settlement. */
export function createEarningsNotification(port: { readonly now: () => Date }) {
  return defineHandler({
    id: 'wallet.settled-notification',
    on: escrowSettled,
    handle: ({ eventId, data }, work) => tell(work, port.now(), { ...data, eventId }),
  });
}

/** Tells the creator of the part that was settled. */
export function createPartialEarningsNotification(port: { readonly now: () => Date }) {
  return defineHandler({
    id: 'wallet.partially-settled-notification',
    on: escrowPartiallySettled,
    handle: ({ eventId, data }, work) => tell(work, port.now(), { ...data, eventId, amount: data.settledAmount }),
  });
}
