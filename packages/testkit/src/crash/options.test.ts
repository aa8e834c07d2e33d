import { readOptions } from './options';

const drawSeed = () => 7;

test('without flags: 200 members and a drawn seed', () => {
  expect(readOptions([], drawSeed)).toEqual({ members: 200, seed: 7, help: false });
});

test('members and seed can be given', () => {
  expect(readOptions(['--members', '300', '--seed=0'], drawSeed)).toEqual({ members: 300, seed: 0, help: false });
});

test.each([
  [['--members', '20'], "--members must be a whole number from 100 to 1000, not '20'"],
  [['--members', '1e3'], "--members must be a whole number from 100 to 1000, not '1e3'"],
  [['--seed', '4294967296'], "--seed must be a whole number from 0 to 4294967295, not '4294967296'"],
  [['--kills', '3'], /Unknown option '--kills'/],
  [['more'], /Unexpected argument 'more'/],
  [['--members'], /argument missing/],
])('%j is refused with a reason', (words, reason) => {
  expect(() => readOptions(words, drawSeed)).toThrow(reason);
});
