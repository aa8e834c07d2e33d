import { amountTrouble } from './amount';
import { money } from './amount-words';
import { change } from './money';

test('an amount is checked against what there is and what is allowed', () => {
  const bounds = { currency: 'points', available: 1_000, maxAmount: 500 } as const;
  expect(amountTrouble('0', bounds)).toBe('Type a whole number of points.');
  expect(amountTrouble('1,001', bounds)).toBe('You have 1,000 points available.');
  expect(amountTrouble('501', bounds)).toBe('500 points at once at most.');
  expect(amountTrouble('500', bounds)).toBeNull();
});

test('amounts are written as members read them', () => {
  expect([money(1, 'points'), money(1_200, 'gems')]).toEqual(['1 point', '1,200 gems']);
  expect([change(1_200), change(-1_200)]).toEqual(['+1,200', '−1,200']);
});
