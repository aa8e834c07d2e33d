import { money, WalletError } from './errors';
import type { Hold, SpendingLimits, Transfer } from './operation';
import { type LimitUse, limitWindow } from './state';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/**
 * Lets through what an account's limits allow.
 *
 * @throws WalletError `amount_limit`, `daily_limit` or `rate_limit`, with the limit, the use so far and when it begins anew.
 */
export function requireWithinLimits(
  { amount, currency }: Hold | Transfer,
  limits: SpendingLimits,
  use: LimitUse,
  now: Date,
): void {
  if (amount > limits.maxAmount)
    throw refuse('amount_limit', `One operation may move ${money(limits.maxAmount, currency)} at most. Choose less.`);
  const { day, minute } = limitWindow(now);
  const used = use.day === day ? use.amount : 0;
  if (used + amount > limits.dailyAmount) {
    const resets = new Date(Date.parse(day) + DAY_MS);
    throw refuse(
      'daily_limit',
      `The limit of a day is ${money(limits.dailyAmount, currency)}, of which ${money(used, currency)} are used. It begins anew at ${resets.toISOString()}.`,
      resets.getTime() - now.getTime(),
    );
  }
  const count = use.minute === minute ? use.count : 0;
  if (count + 1 > limits.perMinute) {
    const resets = new Date(minute + MINUTE_MS);
    throw refuse(
      'rate_limit',
      `The limit is ${limits.perMinute} holds and transfers a minute, and ${count} are used. It begins anew at ${resets.toISOString()}.`,
      resets.getTime() - now.getTime(),
    );
  }
}

function refuse(code: string, message: string, waitMs?: number): WalletError {
  return new WalletError({
    kind: waitMs === undefined ? 'unprocessable' : 'too_many',
    code,
    message,
    isFinal: false,
    ...(waitMs === undefined ? {} : { retryAfter: Math.ceil(waitMs / 1_000) }),
  });
}
