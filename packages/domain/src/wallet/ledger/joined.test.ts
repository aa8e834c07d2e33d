import { joinWrites } from './joined';

describe('joined writes', () => {
  test('number their parameters on, and say how many rows each must touch', () => {
    const many = Array.from({ length: 11 }, (_, nth) => nth);
    const joined = joinWrites([
      { name: 'a', text: 'insert $1 $2', values: [1, 2], rows: 3 },
      { name: 'b', text: `insert ${many.map((nth) => `$${nth + 1}`).join(' ')}`, values: many },
      { name: 'c', text: 'update $1', values: ['c'], rows: 4 },
    ]);
    expect(joined).toEqual([
      {
        name: 'ledger-write a b c',
        text: `with a as (insert $1 $2), b as (insert ${many.map((nth) => `$${nth + 3}`).join(' ')}), c as (update $14) select ledger_require((select count(*) from a), $15), ledger_require((select count(*) from c), $16)`,
        values: [1, 2, ...many, 'c', 3, 4],
      },
    ]);
  });

  test('are none for none', () => {
    expect(joinWrites([])).toEqual([]);
  });

  test('that require nothing select nothing', () => {
    const [joined] = joinWrites([{ name: 'd', text: 'insert $1', values: [1] }]);
    expect(joined?.text).toBe('with d as (insert $1) select ');
  });
});
