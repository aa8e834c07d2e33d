import { SETTINGS, type SettingValues } from '@skelly/types/setting';
import { ROLES } from '@skelly/types/user';
import { floorOf } from '../../setting';
import { limitsFor, requireWithinLimits, usedOfDay } from './limits';
import type { Hold } from './operation';

const limits = { maxAmount: 1_000, dailyAmount: 1_500, perMinute: 3 };
const now = new Date('2026-11-22T23:59:10Z');
const use = { day: '2026-11-22', amount: 600, minute: Date.parse('2026-11-22T23:59:00Z'), count: 2 };
const ask = (amount: number, { at = now, used = use } = {}) =>
  requireWithinLimits({ amount, currency: 'points' } as Hold, limits, used, at);
const refused = (code: string, message: RegExp, retryAfter?: number) =>
  expect.objectContaining({ code, message: expect.stringMatching(message), retryAfter, isFinal: false });

test.each(ROLES)('%s has limits of its own, as the settings say', (role) => {
  const settings = {
    ...floorOf({}),
    [`walletLimit.${role}MaxAmount`]: 1,
    [`walletLimit.${role}DailyAmount`]: 2,
    [`walletLimit.${role}PerMinute`]: 3,
  } as SettingValues;
  expect(limitsFor(role, settings)).toEqual({ maxAmount: 1, dailyAmount: 2, perMinute: 3 });
  expect(SETTINGS[`walletLimit.${role}MaxAmount`].followedBy).toEqual(['api']);
});

test('lets through what is within them, to the last unit', () => {
  expect(() => ask(900)).not.toThrow();
  expect(() => ask(1_000, { used: { ...use, amount: 500 } })).not.toThrow();
});

test('an amount above the limit of one operation is told with both', () => {
  expect(() => ask(1_001)).toThrow(refused('amount_limit', /1,000 points at most.*would move 1,001 points/));
});

test('a day that is used up is told with the limit, the use and when it begins anew, UTC', () => {
  const told = /^1,500 points .*600 points are used and 900 points are left until 2026-11-23T00:00:00.000Z\.$/;
  expect(() => ask(901)).toThrow(refused('daily_limit', told, 50));
  const tomorrow = new Date('2026-11-23T00:00:00Z');
  expect(() => ask(1_000, { at: tomorrow })).not.toThrow();
  expect(usedOfDay(use, tomorrow)).toEqual({ usedToday: 0, resetsAt: new Date('2026-11-24T00:00:00Z') });
});

test('too many in a minute are told likewise, and the next minute begins anew', () => {
  const used = { ...use, count: 3 };
  const told = /^3 holds .*3 have been\. The next minute begins at 2026-11-23T00:00:00.000Z\.$/;
  expect(() => ask(1, { used })).toThrow(refused('rate_limit', told, 50));
  expect(() => ask(1, { used, at: new Date('2026-11-23T00:00:00Z') })).not.toThrow();
});

test('a limit that was lowered below the use leaves nothing', () => {
  expect(() => ask(1, { used: { ...use, amount: 9_000 } })).toThrow(refused('daily_limit', /0 points are left/, 50));
});
