import { createEmptiness } from './emptiness';

describe('createEmptiness', () => {
  test('tells what had been sent when a queue began to be empty for the grace period', () => {
    const emptiness = createEmptiness(10_000);
    const look = (now: number, lowWater: number) => emptiness.looked('main', { empty: true, lowWater, now });
    expect([look(0, 5), look(5_000, 7), look(9_999, 9)]).toEqual([0, 0, 0]);
    expect([look(10_000, 11), look(15_000, 12), look(40_000, 13)]).toEqual([5, 7, 12]);
  });

  test.each([[false], [undefined]])('begins anew after a look that was not empty (%s)', (empty) => {
    const emptiness = createEmptiness(10_000);
    emptiness.looked('main', { empty: true, lowWater: 5, now: 0 });
    expect(emptiness.looked('main', { empty, lowWater: 6, now: 10_000 })).toBe(0);
    expect(emptiness.looked('main', { empty: true, lowWater: 7, now: 15_000 })).toBe(0);
    expect(emptiness.looked('main', { empty: true, lowWater: 8, now: 25_000 })).toBe(7);
  });
});
