import { createPreparer } from './prepare';

describe('createPreparer', () => {
  const text = 'select $1';
  const repeated = (times: number, run: () => unknown) => Array.from({ length: times }, run).at(-1);

  test('names a statement from its sixth use on, always the same', () => {
    const prepare = createPreparer();
    expect(repeated(5, () => prepare({ text }, [1]))).toEqual({ text });
    expect(prepare({ text }, [2])).toEqual({ text, name: 'prepared-1' });
    expect(prepare({ text, rowMode: 'array' } as { text: string }, [3])).toMatchObject({ name: 'prepared-1' });
    expect(repeated(6, () => prepare({ text: 'select $1 + 1' }, [1]))).toMatchObject({ name: 'prepared-2' });
  });

  test('leaves alone what has a name, has no parameters, or is very long', () => {
    const prepare = createPreparer();
    expect(repeated(9, () => prepare({ text, name: 'mine' }, [1]))).toEqual({ text, name: 'mine' });
    expect(repeated(9, () => prepare({ text: 'begin; commit' }, []))).toEqual({ text: 'begin; commit' });
    expect(repeated(9, () => prepare({ text: 'select 1' }, undefined))).toEqual({ text: 'select 1' });
    const long = `select $1 -- ${'x'.repeat(8_192)}`;
    expect(repeated(9, () => prepare({ text: long }, [1]))).toEqual({ text: long });
  });

  test('prepares 256 statements at most, and remembers no more than 1,024 texts', () => {
    const prepare = createPreparer();
    const named = (from: number, to: number) => {
      let count = 0;
      for (let nth = from; nth < to; nth += 1)
        if ((repeated(6, () => prepare({ text: `select $1 + ${nth}` }, [1])) as { name?: string }).name) count += 1;
      return count;
    };
    expect(named(0, 300)).toBe(256);
    expect(named(300, 2_000)).toBe(0);
    expect(prepare({ text: 'select $1 + 0' }, [1])).toMatchObject({ name: 'prepared-1' });
  });
});
