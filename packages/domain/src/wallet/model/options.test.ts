import { readOptions } from './options';

const never = () => {
  throw new Error('a seed was drawn');
};

test('takes what is given, and draws a seed when none is', () => {
  expect(readOptions(['--operations', '500', '--seed', '7'], never)).toEqual({ operations: 500, seed: 7, help: false });
  expect(readOptions([], () => 42)).toEqual({ operations: 100_000, seed: 42, help: false });
});

test.each([
  [['--operations', '0'], '--operations must be a whole number from 1'],
  [['--seed', '-1'], '--seed'],
  [['--seed', '1.5'], '--seed must be a whole number'],
  [['--turns', '3'], '--turns'],
])('names what is wrong with %j', (words, problem) => {
  expect(() => readOptions(words, () => 1)).toThrow(problem);
});
