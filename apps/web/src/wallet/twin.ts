import { isUnknown } from '../http/send';
import type { Transfer, TransferWish } from './transfers';

/** One that equals a wish, and of which nobody knows whether it was sent: it is under way, or its answer was lost. */
export function twinOf(all: readonly Transfer[], wish: TransferWish): Transfer | undefined {
  return all.find(
    ({ to, amount, currency, state, failure }) =>
      to.userId === wish.to.userId &&
      amount === wish.amount &&
      currency === wish.currency &&
      (failure ? isUnknown(failure) : state === 'sending' || state === 'slow'),
  );
}
