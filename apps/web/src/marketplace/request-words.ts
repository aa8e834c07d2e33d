import type { PerformanceRequest, PerformanceRequestDetail, RequestStatus } from '@skelly/types/marketplace';
import { money } from './money';

/** As whom somebody looks at a request. */
export type Viewer = 'fan' | 'creator' | 'support';

/** `turn`: the viewer has to do something. `waiting`: somebody else has. `done`: it was paid. `over`: it has ended otherwise. */
export type Tone = 'turn' | 'waiting' | 'done' | 'over';

type People = Pick<PerformanceRequest, 'fan' | 'creator'>;
type Standing = People &
  Pick<PerformanceRequest, 'status' | 'amount' | 'currency' | 'performedAmount' | 'settledAmount'>;

/** @param me the id of the member who looks */
export function viewerOf({ fan, creator }: People, me: string): Viewer {
  if (fan.userId === me) return 'fan';
  return creator.userId === me ? 'creator' : 'support';
}

/** The person on the other side; to support the creator. */
export function otherOf({ fan, creator }: People, viewer: Viewer): PerformanceRequest['fan'] {
  return viewer === 'creator' ? fan : creator;
}

/** Whether it moves on no more. */
export function isEnded(status: RequestStatus): boolean {
  return !['requested', 'accepted', 'performed', 'disputed'].includes(status);
}

const turns: Partial<Record<RequestStatus, Viewer>> = {
  requested: 'creator',
  accepted: 'creator',
  performed: 'fan',
  disputed: 'support',
};

export function toneOf(status: RequestStatus, viewer: Viewer): Tone {
  if (status === 'completed') return 'done';
  if (isEnded(status)) return 'over';
  return turns[status] === viewer ? 'turn' : 'waiting';
}

/** Where a request stands, as whoever looks would say it: "Teo is working on it", "Waiting for your answer". */
export function statusWords(request: Standing, viewer: Viewer): string {
  const { status, amount, currency, performedAmount, settledAmount } = request;
  const [fan, creator] = [request.fan.displayName, request.creator.displayName];
  const isMine = viewer === 'creator';
  switch (status) {
    case 'requested':
      return isMine ? 'Waiting for your answer' : `Waiting for ${creator} to answer`;
    case 'accepted':
      return isMine ? 'Yours to perform' : `${creator} is working on it`;
    case 'performed': {
      const part = performedAmount !== null && performedAmount < amount ? ' in part' : '';
      if (viewer === 'fan') return `Performed${part}: yours to confirm`;
      return `Performed${part}, waiting for ${fan} to confirm`;
    }
    case 'disputed':
      return viewer === 'support' ? 'Disputed: yours to decide' : 'Disputed, support decides';
    case 'completed':
      return settledAmount < amount
        ? `Paid in part: ${new Intl.NumberFormat('en').format(settledAmount)} of ${money(amount, currency)}`
        : 'Paid in full';
    case 'declined':
      return isMine ? 'You declined' : `${creator} declined`;
    case 'withdrawn':
      return viewer === 'fan' ? 'You withdrew it' : `${fan} withdrew it`;
    case 'expired':
      return 'Ran out of time';
    case 'refunded':
      return viewer === 'fan' ? 'All came back to you' : `All went back to ${fan}`;
  }
}

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

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How long until a moment: "in 2 days", "in 3 h", "in 5 min", "any moment". @param at @param now milliseconds since 1970 */
export function untilWords(at: number, now: number): string {
  const left = at - now;
  if (left < MINUTE) return 'any moment';
  if (left < HOUR) return `in ${Math.floor(left / MINUTE)} min`;
  if (left < 2 * DAY) return `in ${Math.round(left / HOUR)} h`;
  return `in ${Math.round(left / DAY)} days`;
}

/** What happens by itself to a request when its time is over; it is followed by {@link untilWords}. */
export const dueWords: Partial<Record<RequestStatus, string>> = {
  requested: 'Expires',
  accepted: 'Due',
  performed: 'Pays out',
};

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
