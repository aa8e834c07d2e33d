import { amountTrouble } from './amount';

test('an amount is checked against what there is and what is allowed', () => {
  const bounds = { currency: 'points', available: 1_000, maxAmount: 500 } as const;
  expect(amountTrouble('0', bounds)).toBe('Type a whole number of points.');
  expect(amountTrouble('1,001', bounds)).toBe('You have 1,000 points available.');
  expect(amountTrouble('501', bounds)).toBe('500 points at once at most.');
  expect(amountTrouble('500', bounds)).toBeNull();
});
