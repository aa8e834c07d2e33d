import type { PerformanceRequest, PerformanceRequestDetail } from '@skelly/types/marketplace';
import { money } from '../wallet/money';
import type { People, Viewer } from './request-words';

type Step = PerformanceRequestDetail['timeline'][number];

/** A step of the timeline: "Teo accepted", "You confirmed, and Teo was paid". */
export function stepWords({ status, by }: Pick<Step, 'status' | 'by'>, request: People, viewer: Viewer): string {
  const fan = viewer === 'fan' ? 'You' : request.fan.displayName;
  const creator = viewer === 'creator' ? 'You' : request.creator.displayName;
  const paid = viewer === 'creator' ? 'you were paid' : `${request.creator.displayName} was paid`;
  switch (status) {
    case 'requested':
      return `${fan} asked, and the price was held`;
    case 'accepted':
      return `${creator} accepted`;
    case 'performed':
      return `${creator} performed`;
    case 'disputed':
      return `${fan} disputed it`;
    case 'completed':
      if (by === 'support') return `Support decided, and ${paid}`;
      return by === 'fan' ? `${fan} confirmed, and ${paid}` : `Nobody disputed it in time, and ${paid}`;
    case 'declined':
      return `${creator} declined, and all was returned`;
    case 'withdrawn':
      return `${fan} withdrew it, and all was returned`;
    case 'expired':
      return 'Time ran out, and all was returned';
    case 'refunded':
      return by === 'support' ? 'Support decided, and all was returned' : 'All was returned';
  }
}

/** What opening a request does: the sentence above its button. */
export function holdWords(amount: number, currency: PerformanceRequest['currency'], creator: string): string {
  const verb = amount === 1 ? 'is' : 'are';
  return `${money(amount, currency)} ${verb} held until ${creator} performs and you confirm. Declined or unanswered for 3 days, all comes back.`;
}

/** What paying a part of the price does: "Teo gets 400 points, 800 points go back to Mara." */
export function splitWords(
  paid: number,
  { amount, currency, fan, creator }: People & Pick<PerformanceRequest, 'amount' | 'currency'>,
  viewer: Viewer,
): string {
  const [to, back] = [viewer === 'creator' ? 'You' : creator.displayName, viewer === 'fan' ? 'you' : fan.displayName];
  const gets = `${to} ${viewer === 'creator' ? 'get' : 'gets'}`;
  const rest = amount - paid;
  if (rest === 0) return `${gets} all of the ${money(amount, currency)}.`;
  const goes = `${money(rest, currency)} ${rest === 1 ? 'goes' : 'go'} back to ${back}.`;
  return paid === 0
    ? `${to} ${viewer === 'creator' ? 'get' : 'gets'} nothing, all ${goes}`
    : `${gets} ${money(paid, currency)}, ${goes}`;
}
