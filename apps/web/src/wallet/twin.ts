import { type Attempt, keyLeft } from '../http/attempts';
import { TRANSFERS_PATH, type TransferBody, type TransferWish } from './transfers';

/** Whether just that was tried, in this tab or another, and nobody knows whether it was sent: it is under way, or its answer was lost. */
export function hasTwin(attempts: Iterable<Attempt>, { to, amount, currency }: TransferWish): boolean {
  return [...attempts].some(({ path, body, at }) => {
    if (path !== TRANSFERS_PATH || keyLeft(at) <= 0) return false;
    const tried = body as TransferBody;
    return tried.toUserId === to.userId && tried.amount === amount && tried.currency === currency;
  });
}
