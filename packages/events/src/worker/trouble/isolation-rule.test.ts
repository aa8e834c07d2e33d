import { decideNext, isGuilty, isSuspect, mustStepAside } from './isolation-rule';

describe('who runs alone', () => {
  test('from the third receive on', () => {
    expect([1, 2, 3, 4].map(isSuspect)).toEqual([false, false, true, true]);
  });

  test('those that were begun least often first', () => {
    const suspects = [{ starts: 2 }, { starts: 0 }, { starts: 1 }];
    expect(decideNext(suspects)).toBe(suspects[1]);
    expect(decideNext([])).toBeUndefined();
  });

  test('three starts without an end are enough', () => {
    expect([0, 1, 2, 3].map(isGuilty)).toEqual([false, false, false, true]);
  });

  test('one on its last receive steps aside, unless it has ended a worker itself', () => {
    expect(mustStepAside({ receiveCount: 4, starts: 0 })).toBe(false);
    expect(mustStepAside({ receiveCount: 5, starts: 0 })).toBe(true);
    expect(mustStepAside({ receiveCount: 5, starts: 1 })).toBe(false);
  });
});
