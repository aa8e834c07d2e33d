import type { Attempt } from '../http/attempts';
import { TRANSFERS_PATH } from './transfers';
import { hasTwin } from './twin';

const wish = { to: { userId: 'teo', displayName: 'Teo' }, amount: 300, currency: 'points' } as const;
const body = { toUserId: 'teo', amount: 300, currency: 'points' };
const attempt = (of: object, path = TRANSFERS_PATH, at = Date.now()): Attempt => ({
  key: 'k',
  at,
  isOpen: false,
  path,
  body: of,
});

test('a wish has a twin where just that was tried and has no known end', () => {
  expect(hasTwin([attempt(body)], wish)).toBe(true);
  expect(hasTwin([], wish)).toBe(false);
});

test.each<[string, Attempt]>([
  ['another amount', attempt({ ...body, amount: 301 })],
  ['another member', attempt({ ...body, toUserId: 'ines' })],
  ['another currency', attempt({ ...body, currency: 'gems' })],
  ['another command', attempt(body, '/api/wallet/earnings/collect')],
  ['one of long ago', attempt(body, TRANSFERS_PATH, Date.now() - 23 * 3_600_000)],
])('%s is no twin', (_, tried) => {
  expect(hasTwin([tried], wish)).toBe(false);
});
