import { changedKeys, decideValues, floorOf, problemOf } from './decide';

const floor = floorOf({ EVENT_DEFAULT_TIMEOUT: 5_000, EVENT_BACKOFF_JITTER: false, DATABASE_URL: 'postgres://x' });

describe('the values of settings', () => {
  test('are the environment’s where nothing is set, and defaults for what it does not have', () => {
    expect(floor).toMatchObject({ 'handler.timeoutMs': 5_000, 'retry.jitter': false, 'retry.maxAttempts': 3 });
    expect(decideValues([], { floor, lastGood: floor })).toEqual({ values: floor, refused: [] });
  });

  test('are those that are set, and go back to the environment’s', () => {
    const rows = [
      { key: 'handler.timeoutMs', value: 100 },
      { key: 'retry.jitter', value: true },
    ];
    const { values } = decideValues(rows, { floor, lastGood: floor });
    expect(values).toEqual({ ...floor, 'handler.timeoutMs': 100, 'retry.jitter': true });
    expect(changedKeys(floor, values)).toEqual(['handler.timeoutMs', 'retry.jitter']);
    expect(decideValues([], { floor, lastGood: values }).values).toEqual(floor);
  });

  test('keep the last good one where a row is not allowed; the others are taken', () => {
    const lastGood = { ...floor, 'handler.timeoutMs': 700 };
    const rows = [
      { key: 'handler.timeoutMs', value: '1 minute' },
      { key: 'retry.maxAttempts', value: 9 },
      { key: 'retry.later', value: 1 },
    ];
    const { values, refused } = decideValues(rows, { floor, lastGood });
    expect(values).toEqual({ ...lastGood, 'retry.maxAttempts': 9 });
    expect(refused).toEqual([
      {
        key: 'handler.timeoutMs',
        problem: 'must be a whole number of milliseconds from 10 to 43200000, not "1 minute"',
      },
      { key: 'retry.later', problem: expect.stringMatching(/^there is no such setting/) },
    ]);
  });

  test.each([
    ['retry.maxAttempt', 3, 'there is no such setting; did you mean retry.maxAttempts?'],
    ['EVENT_DEFAULT_TIMEOUT', 3, 'there is no such setting; did you mean handler.timeoutMs?'],
    ['x', 3, 'there is no such setting; `skelly settings list` shows those that there are'],
    ['toString', 3, expect.stringMatching(/^there is no such setting/)],
    ['retry.maxAttempts', 0, 'must be a whole number of tries from 1 to 100, not 0'],
    ['retry.jitter', 1, 'must be true or false, not 1'],
    ['log.level', 'debug', null],
  ])('%s = %s: %s', (key, value, problem) => {
    expect(problemOf(key, value)).toEqual(problem);
  });
});
