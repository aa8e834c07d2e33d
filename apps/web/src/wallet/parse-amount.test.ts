import { money } from './amount-words';
import { parseAmount } from './parse-amount';

test.each([
  [1, '1 point'],
  [0, '0 points'],
  [1_200, '1,200 points'],
])('%d: %s', (amount, words) => {
  expect(money(amount, 'points')).toBe(words);
});

test.each([
  ['1200', 1_200],
  ['1,200', 1_200],
  [' 1 200 ', 1_200],
  ['1.200', 1_200],
  ['0', 0],
  ['1.5', null],
  ['12,50', null],
  ['-5', null],
  ['', null],
  ['many', null],
  ['1e3', null],
  ['9'.repeat(17), null],
])('“%s” is %s', (text, amount) => {
  expect(parseAmount(text)).toBe(amount);
});
