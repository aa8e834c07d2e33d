import { counts, readArguments, usage } from './arguments';

const known = ['relay', 'consume'];
const read = (...words: string[]) => readArguments(words, known);

test('without names: all, three rounds of the full work', () => {
  expect(read()).toEqual({
    names: known,
    rounds: 3,
    scale: 1,
    minutes: 10,
    profile: false,
    only: undefined,
    help: false,
  });
});

test('names run in the order given, each once', () => {
  expect(read('consume', 'relay', 'consume').names).toEqual(['consume', 'relay']);
});

test.each([
  [['relais'], "There is no bench 'relais'."],
  [['--fast'], /Unknown option '--fast'/],
  [['--rounds', '0'], "--rounds must be a whole number from 1 to 100, not '0'."],
  [['--rounds', '1.5'], "--rounds must be a whole number from 1 to 100, not '1.5'."],
  [['--scale', 'half'], "--scale must be a number from 0.001 to 10, not 'half'."],
  [['--minutes', '-1'], /--minutes/],
])('%j is refused, and the benches are listed', (words, message) => {
  expect(() => read(...words)).toThrow(message);
  expect(() => read(...words)).toThrow('The benches are: relay, consume.');
});

test('fewer rounds, less work, fewer minutes, a profile or a contender alone make a quick look', () => {
  expect(counts(read())).toBe(true);
  expect(counts(read('--rounds', '5', '--minutes', '20'))).toBe(true);
  for (const words of [['--rounds', '2'], ['--scale', '0.5'], ['--minutes', '1'], ['--profile'], ['--only', 'ours']])
    expect(counts(read(...words))).toBe(false);
});

test('the help text lists every bench', () => {
  expect(usage([{ name: 'relay', summary: 'events to SQS' }])).toContain('  relay  events to SQS');
});
