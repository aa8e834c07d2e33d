import type { SettingValues } from '@skelly/types/setting';
import type { Role } from '@skelly/types/user';
import type { Currency } from '@skelly/types/wallet';
import { money, WalletError } from '../errors';
import type { Hold, SpendingLimits, Transfer } from './operation';
import { type LimitUse, limitWindow } from './state';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/** What a role may hold and transfer, as the settings say now. */
export function limitsFor(role: Role, settings: SettingValues): SpendingLimits {
  return {
    maxAmount: settings[`walletLimit.${role}MaxAmount`],
    dailyAmount: settings[`walletLimit.${role}DailyAmount`],
    perMinute: settings[`walletLimit.${role}PerMinute`],
  };
}

/** What of a day's limit has been used, and when it begins anew. */
export function usedOfDay(use: LimitUse, now: Date): { readonly usedToday: number; readonly resetsAt: Date } {
  const { day } = limitWindow(now);
  return { usedToday: use.day === day ? use.amount : 0, resetsAt: new Date(Date.parse(day) + DAY_MS) };
}

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
  if (amount > limits.maxAmount) throw amountLimit(amount, limits.maxAmount, currency);
  const { usedToday, resetsAt } = usedOfDay(use, now);
  if (usedToday + amount > limits.dailyAmount) {
    const left = Math.max(0, limits.dailyAmount - usedToday);
    throw passing(
      'daily_limit',
      `${money(limits.dailyAmount, currency)} may be held and transferred in a day. ${money(usedToday, currency)} are used and ${money(left, currency)} are left until ${resetsAt.toISOString()}.`,
      resetsAt.getTime() - now.getTime(),
    );
  }
  const { minute } = limitWindow(now);
  const count = use.minute === minute ? use.count : 0;
  if (count + 1 > limits.perMinute) {
    const resets = new Date(minute + MINUTE_MS);
    throw passing(
      'rate_limit',
      `${limits.perMinute} holds and transfers may be made in a minute, and ${count} have been. The next minute begins at ${resets.toISOString()}.`,
      resets.getTime() - now.getTime(),
    );
  }
}

function amountLimit(asked: number, limit: number, currency: Currency): WalletError {
  return new WalletError({
    kind: 'unprocessable',
    code: 'amount_limit',
    message: `One hold or transfer may move ${money(limit, currency)} at most, and this one would move ${money(asked, currency)}. Choose less.`,
    isFinal: false,
  });
}

/** A limit that begins anew by itself. */
function passing(code: string, message: string, waitMs: number): WalletError {
  return new WalletError({
    kind: 'too_many',
    code,
    message,
    isFinal: false,
    retryAfter: Math.max(1, Math.ceil(waitMs / 1_000)),
  });
}
