import { createTestDatabase, type TestDatabase } from '@skelly/testkit';
import { arrayParameter, type ElementType } from './array-parameter';

describe('array parameters', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  async function carried(type: ElementType, values: readonly unknown[]): Promise<unknown[]> {
    const { rows } = await database.pool.query(`select value from unnest($1::${type}[]) as given (value)`, [
      arrayParameter(type, values),
    ]);
    return rows.map(({ value }) => value);
  }

  const odd = ['"\\" {a,b} NULL', 'Größe 🎟️ — ok', '', 'NULL', null, '{}', 'x'.repeat(1_000)];

  test('carry JSON as it is, whatever it holds', async () => {
    const values = [...odd, [1, 2.5, -0.001], {}, { quote: '"\\" {a,b} NULL' }];
    const texts = values.map((value) => JSON.stringify(value));
    expect(await carried('jsonb', texts)).toEqual(values);
  });

  test('carry text, and nulls among it', async () => {
    expect(await carried('text', odd)).toEqual(odd);
  });

  test('carry bytes', async () => {
    const values = [Buffer.from([0, 1, 255]), Buffer.alloc(0), null, Buffer.from('x'.repeat(1_000))];
    expect(await carried('bytea', values)).toEqual(values);
  });

  test('carry what needs no quotation marks', async () => {
    const ids = ['01a2046f-3659-73ff-9752-f9f63c8a8d73', null];
    const times = [new Date('2026-11-22T18:05:27.002Z'), null];
    expect(await carried('uuid', ids)).toEqual(ids);
    expect(await carried('int', [1, null, -2])).toEqual([1, null, -2]);
    expect((await carried('bigint', [Number.MAX_SAFE_INTEGER, 0])).map(Number)).toEqual([Number.MAX_SAFE_INTEGER, 0]);
    expect(await carried('float8', [0.1, -1e-9])).toEqual([0.1, -1e-9]);
    expect((await carried('numeric', [1.5, null])).map((value) => value && Number(value))).toEqual([1.5, null]);
    expect(await carried('timestamptz', times)).toEqual(times);
    expect(await carried('timestamptz', ['2026-11-22T18:05:27.002Z'])).toEqual([times[0]]);
  });

  test('carry nothing', async () => {
    expect(await carried('jsonb', [])).toEqual([]);
    expect(await carried('uuid', [])).toEqual([]);
  });

  test('are refused by the database where an element is not of its type', async () => {
    await expect(carried('uuid', ['x,y'])).rejects.toMatchObject({ code: '22P02' });
  });
});
