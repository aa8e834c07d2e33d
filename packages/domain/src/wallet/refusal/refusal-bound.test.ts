import type { Refusal } from './refusal';
import { createRefusalBound, MOST_A_MINUTE } from './refusal-bound';

const at = (seconds: number) => new Date(Date.UTC(2026, 10, 22) + seconds * 1_000);
const refusal = (given: Partial<Refusal> = {}): Refusal => ({
  userId: 'mara',
  operation: 'hold',
  code: 'insufficient_funds',
  amount: 5,
  currency: 'points',
  actor: 'user:mara',
  correlationId: '00000000-0000-7000-8000-000000000001',
  ...given,
});

test('keeps so many of a member in a minute, and counts the others by kind', () => {
  const bound = createRefusalBound();
  const kept = Array.from({ length: 100 }, () => bound.keeps(refusal(), at(1))).filter(Boolean);
  expect(kept).toHaveLength(MOST_A_MINUTE);
  expect(bound.keeps(refusal({ code: 'wallet_frozen' }), at(2))).toBe(false);
  expect(bound.keeps(refusal({ userId: 'teo' }), at(2))).toBe(true);
  expect(bound.take()).toEqual([
    { ...refusal(), amount: null, count: 40 },
    { ...refusal({ code: 'wallet_frozen' }), amount: null, count: 1 },
  ]);
  expect(bound.take()).toEqual([]);
  expect(bound.keeps(refusal(), at(59))).toBe(false);
  expect(bound.keeps(refusal(), at(60))).toBe(true);
});

test('remembers a bounded number of members, and loses no count', () => {
  const bound = createRefusalBound();
  for (let nth = 0; nth < 25_000; nth += 1) bound.keeps(refusal({ userId: `member-${nth}` }), at(1));
  const lines = bound.take();
  expect(lines).toHaveLength(10_001);
  expect(lines.reduce((sum, { count }) => sum + count, 0)).toBe(15_000);
  expect(lines.at(-1)).toMatchObject({ userId: null, count: 5_000 });
});
