import { ANSWER_DAYS, CONFIRM_HOURS } from '@skelly/types/marketplace';
import type { MessageData } from '@skelly/types/notification';
import { money } from '../wallet';

type Told = MessageData<'requests'>;

/** Where a request is seen. */
export function requestHref({ requestId }: Pick<Told, 'requestId'>): string {
  return `/requests/${requestId}`;
}

/** A step of a request in words, for one of its sides. Pure. */
export function requestWords(told: Told): { readonly title: string; readonly body: string } {
  const { title, who, side, status, by, currency } = told;
  const price = money(told.amount, currency);
  switch (status) {
    case 'requested':
      return {
        title: `${who} requests ${title}`,
        body: `${price} are held for it. Accept or decline within ${ANSWER_DAYS} days.`,
      };
    case 'accepted':
      return { title: `${who} accepted ${title}`, body: `${price} stay held until it is performed.` };
    case 'performed':
      return {
        title: `${who} performed ${title}`,
        body: `Confirm it, or say what is wrong within ${CONFIRM_HOURS} hours. Then ${who} is paid.`,
      };
    case 'disputed':
      return { title: `${who} disputes ${title}`, body: `${price} stay held until support has decided.` };
    case 'declined':
      return { title: `${who} declined ${title}`, body: `${price} are back in your wallet.` };
    case 'withdrawn':
      return { title: `${who} withdrew ${title}`, body: 'There is nothing more to do.' };
    case 'expired':
      return side === 'fan'
        ? { title: `${title} has expired`, body: `${price} are back in your wallet.` }
        : { title: `${title} has expired`, body: `${price} went back to ${who}.` };
    case 'refunded':
      return side === 'fan'
        ? { title: `Support decided on ${title}`, body: `${price} are back in your wallet.` }
        : { title: `Support decided on ${title}`, body: `${price} went back to ${who}.` };
    case 'completed':
      return {
        title: by === 'support' ? `Support decided on ${title}` : `${title} is complete`,
        body: paidWords(told),
      };
  }
}

function paidWords({ side, who, settledAmount, refundedAmount, currency }: Told): string {
  if (side === 'creator') return `${money(settledAmount, currency)} are in your earnings.`;
  const back = refundedAmount > 0 ? `, and ${money(refundedAmount, currency)} are back in your wallet` : '';
  return `${who} got ${money(settledAmount, currency)}${back}.`;
}
