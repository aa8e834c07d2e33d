import { decideLimit, decidePause, decideShare, decideSplit } from './sharing';

describe('sharing a transaction', () => {
  test('takes what waits, up to the limit', () => {
    expect([decideShare(3, 32), decideShare(100, 32)]).toEqual([3, 32]);
  });

  test('halves the limit with each lost bet and doubles it with each won one, from 1 to the most', () => {
    let limit = 32;
    for (let lost = 0; lost < 10; lost += 1) limit = decideLimit(limit, 32, true);
    expect(limit).toBe(1);
    for (let won = 0; won < 10; won += 1) limit = decideLimit(limit, 32, false);
    expect(limit).toBe(32);
  });

  test('runs again around the one that failed, or one by one when that is not known', () => {
    expect(decideSplit(['a', 'b', 'c', 'd'], 1)).toEqual([['a'], ['b'], ['c', 'd']]);
    expect(decideSplit(['a', 'b'], 0)).toEqual([['a'], ['b']]);
    expect(decideSplit(['a', 'b'], undefined)).toEqual([['a'], ['b']]);
  });

  test('a batch begins at once at rest or when it is full, and waits for more in between', () => {
    expect(decidePause({ waiting: 1, most: 100, sinceLast: Number.POSITIVE_INFINITY })).toBe(0);
    expect(decidePause({ waiting: 100, most: 100, sinceLast: 0 })).toBe(0);
    expect(decidePause({ waiting: 99, most: 100, sinceLast: 10 })).toBe(65);
  });
});
