import { daysOf, dayWords, rowsOf } from './statement-rows';
import { entry } from './testing';

test('both sides of one transfer are one row, told from what may be spent', () => {
  const held = { transferId: 'hold', kind: 'hold' } as const;
  const rows = rowsOf([
    entry({ ...held, position: 4, account: 'escrow', amount: 100 }),
    entry({ ...held, position: 3, amount: -100 }),
    entry({ position: 2, account: 'earnings' }),
  ]);
  expect(rows.map(({ entry: { position }, own }) => [position, own])).toEqual([
    [3, 'escrow'],
    [2, null],
  ]);
});

test('a side that stands alone, as with a filter, is a row of its own', () => {
  const [row] = rowsOf([entry({ position: 4, account: 'escrow', kind: 'hold' })]);
  expect(row).toMatchObject({ own: null, entry: { account: 'escrow' } });
});

test('days are those of the member’s zone', () => {
  const rows = rowsOf([
    entry({ position: 2, at: '2026-11-20T23:30:00.000Z' }),
    entry({ position: 1, at: '2026-11-20T10:00:00.000Z' }),
  ]);
  expect(daysOf(rows, 'Europe/Berlin').map(({ day }) => day)).toEqual(['2026-11-21', '2026-11-20']);
  expect(daysOf(rows, 'UTC').map(({ day, rows: of }) => [day, of.length])).toEqual([['2026-11-20', 2]]);
  expect(daysOf(rows, 'Nowhere/At-all')).toEqual(daysOf(rows, 'UTC'));
});

test.each([
  ['2026-11-22', 'Today'],
  ['2026-11-21', 'Yesterday'],
  ['2026-11-20', 'Friday 20 November'],
  ['2025-11-20', 'Thursday 20 November 2025'],
])('%s is called %s', (day, words) => {
  expect(dayWords(day, 'UTC', Date.parse('2026-11-22T12:00:00Z')).replaceAll(',', '')).toBe(words);
});
