import fc from 'fast-check';
import { decideTurns, isBehind } from './limit-rule';

const limit = { calls: 5, perSeconds: 1 };

describe('decideTurns', () => {
  test('lets as many run as the window has left, and gives the others numbers in the next windows', () => {
    expect(decideTurns(limit, { asked: 3, calls: 3, endsInMs: 1_000 })).toEqual({ granted: 3, waitMs: [] });
    expect(decideTurns(limit, { asked: 3, calls: 6, endsInMs: 400 })).toEqual({ granted: 2, waitMs: [400] });
    expect(decideTurns(limit, { asked: 2, calls: 9, endsInMs: 400 })).toEqual({ granted: 0, waitMs: [800, 1_000] });
    expect(decideTurns(limit, { asked: 1, calls: 11, endsInMs: 400 }).waitMs).toEqual([1_400]);
  });

  test('of any number of workers lets no more run than the limit, and calls no two back together', () => {
    const groups = fc.array(fc.integer({ min: 1, max: 32 }), { minLength: 1, maxLength: 20 });
    const limits = fc.record({ calls: fc.integer({ min: 1, max: 50 }), perSeconds: fc.integer({ min: 1, max: 60 }) });
    fc.assert(
      fc.property(limits, groups, (given, asks) => {
        let calls = 0;
        const turns = asks.map((asked) => {
          calls += asked;
          return decideTurns(given, { asked, calls, endsInMs: 1 });
        });
        const granted = turns.reduce((sum, turn) => sum + turn.granted, 0);
        expect(granted).toBe(Math.min(calls, given.calls));
        const waits = turns.flatMap(({ waitMs }) => waitMs);
        expect(waits).toHaveLength(calls - granted);
        const windowMs = given.perSeconds * 1_000;
        for (const wait of waits) {
          const together = waits.filter((other) => other >= wait && other < wait + windowMs - 1e-6);
          expect(together.length).toBeLessThanOrEqual(given.calls);
        }
      }),
    );
  });
});

describe('isBehind', () => {
  test('sends newer events to the end of the line, where there is one', () => {
    expect([16, 17, 18].map((position) => isBehind(17, position))).toEqual([false, false, true]);
    expect(isBehind(undefined, 18)).toBe(false);
  });
});
