import type { PerformanceRequest, RequestStatus } from '@skelly/types/marketplace';
import { figure, money } from '../wallet/money';

/** As whom somebody looks at a request. */
export type Viewer = 'fan' | 'creator' | 'support';

/** `turn`: the viewer has to do something. `waiting`: somebody else has. `done`: it was paid. `over`: it has ended otherwise. */
export type Tone = 'turn' | 'waiting' | 'done' | 'over';

export type People = Pick<PerformanceRequest, 'fan' | 'creator'>;
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
        ? `Paid in part: ${figure(settledAmount)} of ${money(amount, currency)}`
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
