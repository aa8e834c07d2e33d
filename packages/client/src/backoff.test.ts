import { BACKOFF, backoff } from './backoff';

describe('backoff', () => {
  it('doubles its bound from the first to the longest', () => {
    const bounds = Array.from({ length: 8 }, (_, failures) => backoff(failures, () => 0.999_999_9) + 1);
    expect(bounds).toEqual([500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000]);
    expect(backoff(1_000, () => 0.999_999_9)).toBeLessThan(BACKOFF.LONGEST);
  });

  it('takes anything between nothing and the bound', () => {
    expect(backoff(3, () => 0)).toBe(0);
    expect(backoff(3, () => 0.25)).toBe(1_000);
  });
});
