import { parseAmount } from './parse-amount';

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
