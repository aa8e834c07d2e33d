import { change, money } from './money';

test.each([
  [1, '1 point'],
  [0, '0 points'],
  [1_200, '1,200 points'],
])('%d: %s', (amount, words) => {
  expect(money(amount, 'points')).toBe(words);
});

test('what came in and what went out say so', () => {
  expect([change(1_200), change(-1_200)]).toEqual(['+1,200', '−1,200']);
});
