import { didYouMean, nearest } from './near';

const known = ['retry.maxAttempts', 'retry.backoffMs', 'handler.timeoutMs', 'main', 'mail'];

test('a long name is like none', () => {
  expect(nearest('x'.repeat(100_000), known)).toBeUndefined();
});

test.each([
  ['retry.maxattempt', 'retry.maxAttempts'],
  ['maxAttempts', 'retry.maxAttempts'],
  ['handler.timeout', 'handler.timeoutMs'],
  ['mian', undefined],
  ['mails', 'mail'],
  ['handler', 'handler.timeoutMs'],
  ['nonsense', undefined],
  ['', undefined],
])('%s is meant to be %s', (given, meant) => {
  expect(nearest(given, known)).toBe(meant);
});

test('a sentence says so, or nothing is said', () => {
  expect(didYouMean('handlers.timeoutMs', known)).toBe(' Did you mean handler.timeoutMs?');
  expect(didYouMean('nonsense', known)).toBe('');
});
