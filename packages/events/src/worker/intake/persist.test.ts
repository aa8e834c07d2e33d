import { persist } from './persist';

const SOON = { first: 1, longest: 2 };
const failing = (code: string) => Object.assign(new Error(code), { code, severity: 'ERROR' });

describe('persist', () => {
  const closed: unknown[] = [];
  const gate = {
    opened: async () => undefined,
    close: (error: unknown) => void closed.push(error),
    release: () => undefined,
  };
  let stopping = false;
  beforeEach(() => {
    stopping = false;
    closed.length = 0;
  });

  async function runsOf(errors: readonly Error[]): Promise<number | unknown> {
    let runs = 0;
    const what = async () => {
      runs += 1;
      const error = errors[runs - 1];
      if (error) throw error;
    };
    return persist({ gate, stopping: () => stopping }, what, SOON).then(
      () => runs,
      (error) => ({ runs, error: (error as Error).message }),
    );
  }

  test('gives up what Postgres refuses for a reason of its own, after ten runs', async () => {
    expect(await runsOf(Array.from({ length: 9 }, () => failing('42P01')))).toBe(10);
    expect(await runsOf(Array.from({ length: 12 }, () => failing('42P01')))).toEqual({ runs: 10, error: '42P01' });
    expect(closed).toEqual([]);
  });

  test('goes on for ever while transactions are in each other’s way or Postgres is away, and takes nothing new meanwhile', async () => {
    expect(await runsOf(Array.from({ length: 20 }, () => failing('40P01')))).toBe(21);
    expect(closed).toEqual([]);
    expect(await runsOf(Array.from({ length: 20 }, () => failing('57P01')))).toBe(21);
    expect(closed).toHaveLength(20);
  });

  test('gives back what was interrupted once the worker stops', async () => {
    stopping = true;
    expect(await runsOf([failing('57P01')])).toEqual({ runs: 1, error: '57P01' });
  });
});
