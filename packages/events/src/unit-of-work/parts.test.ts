import { joinParts } from './parts';

describe('parts of one statement', () => {
  const many = Array.from({ length: 11 }, (_, nth) => nth);
  const first = { name: 'a', text: 'insert $1 $2', answer: '(select $2 from a)' };
  const second = { name: 'b', text: `insert ${many.map((nth) => `$${nth + 1}`).join(' ')}` };
  const third = { name: 'c', text: 'update $1', answer: '(select max($1) from c) as most' };

  test('number their parameters on, also in what they answer', () => {
    const { text, values } = joinParts([
      { ...first, values: [1, 2] },
      { ...second, values: many },
      { ...third, values: ['c'] },
    ]);
    const shifted = many.map((nth) => `$${nth + 3}`).join(' ');
    expect(text).toBe(
      `with a as (insert $1 $2), b as (insert ${shifted}), c as (update $14) select (select $2 from a), (select max($14) from c) as most`,
    );
    expect(values).toEqual([1, 2, ...many, 'c']);
  });

  test('have one name for the same texts, and another for others', () => {
    const name = (...parts: (typeof first | typeof second)[]) =>
      joinParts(parts.map((part) => ({ ...part, text: `named ${part.text}`, values: [] }))).name;
    expect(name(first, second)).toBe(name({ ...first }, { ...second }));
    expect(new Set([name(first), name(second), name(first, second), name(second, first)]).size).toBe(4);
  });

  test('that would be told apart by nothing, or that nobody asks for, are mistakes', () => {
    const part = { name: 'd', text: 'delete from d', values: [] };
    joinParts([part]);
    expect(() => joinParts([{ ...part, name: 'e' }])).toThrow('another name');
    expect(() => joinParts([{ ...part, answer: '1' }])).toThrow('another answer');
    expect(() => joinParts([{ name: 'f', text: 'select 1', values: [] }])).toThrow('give it an answer');
  });

  test('are one at least', () => {
    expect(() => joinParts([])).toThrow('one part');
  });
});
