import { createRate } from './rate';

it('lets a burst through, then as many as time brings back', () => {
  const isWithin = createRate({ burst: 3, perSecond: 2, now: 0 });
  expect([0, 0, 0, 0, 400, 500, 500].map(isWithin)).toEqual([true, true, true, false, false, true, false]);
  expect([60_000, 60_000, 60_000, 60_000].map(isWithin)).toEqual([true, true, true, false]);
});

it('does not mind a clock that goes back', () => {
  const isWithin = createRate({ burst: 1, perSecond: 1, now: 10_000 });
  expect([0, 0, 1_000].map(isWithin)).toEqual([true, false, true]);
});
