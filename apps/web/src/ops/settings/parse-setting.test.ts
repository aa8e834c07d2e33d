import { parseSetting } from './parse-setting';

test.each([
  [3, ' 5 ', 5],
  [3, '-1', -1],
  [3, '2.5', 2.5],
  [3, '30s', '30s'],
  [3, '', ''],
  [true, 'false', false],
  [true, 'no', 'no'],
  ['info', 'debug', 'debug'],
])('a setting like %p: "%s" is %p', (like, text, value) => {
  expect(parseSetting({ default: like }, text)).toBe(value);
});
