import { readOptions } from './options';

const drawSeed = () => 7;
const plain = { minutes: 1, seed: 7, sabotage: undefined, expectCaught: false, help: false };

test('without flags: a minute, a drawn seed and nothing broken', () => {
  expect(readOptions([], drawSeed)).toEqual(plain);
});

test('minutes, seed and sabotage can be given', () => {
  expect(
    readOptions(['--minutes', '0.25', '--seed=0', '--sabotage', 'ack-early', '--expect-caught'], drawSeed),
  ).toEqual({ minutes: 0.25, seed: 0, sabotage: 'ack-early', expectCaught: true, help: false });
});

test.each([
  [['--minutes', '0'], "--minutes must be a number from 0.1 to 1440, not '0'"],
  [['--minutes', '1e3'], "--minutes must be a number from 0.1 to 1440, not '1e3'"],
  [['--seed', '4294967296'], "--seed must be a number from 0 to 4294967295, not '4294967296'"],
  [['--seed', '1.5'], "--seed must be a number from 0 to 4294967295, not '1.5'"],
  [['--sabotage', 'all'], /--sabotage must be one of ack-early, .*, not 'all'/],
  [['--expect-caught'], '--expect-caught needs a --sabotage'],
  [['--kills', '3'], /Unknown option '--kills'/],
])('%j is refused with a reason', (words, reason) => {
  expect(() => readOptions(words, drawSeed)).toThrow(reason);
});
