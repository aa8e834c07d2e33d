import { createTestDatabase, type TestDatabase } from '@skelly/testkit';
import { byteaArray, jsonbArray } from './array-parameter';

describe('array parameters', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  test('carry JSON as it is, whatever it holds', async () => {
    const values = [{ quote: '"\\" {a,b} NULL' }, 'Größe 🎟️ — ok', null, [1, 2.5, -0.001], {}, ''];
    const texts = values.map((value) => JSON.stringify(value));
    const { rows } = await database.pool.query('select value from unnest($1::jsonb[]) as given (value)', [
      jsonbArray(texts),
    ]);
    expect(rows.map(({ value }) => value)).toEqual(values);
  });

  test('carry bytes', async () => {
    const values = [Buffer.from([0, 1, 255]), Buffer.alloc(0), Buffer.from('x'.repeat(1_000))];
    const { rows } = await database.pool.query('select value from unnest($1::bytea[]) as given (value)', [
      byteaArray(values),
    ]);
    expect(rows.map(({ value }) => value)).toEqual(values);
  });

  test('carry nothing', async () => {
    const { rows } = await database.pool.query('select cardinality($1::jsonb[]) as size', [jsonbArray([])]);
    expect(rows).toEqual([{ size: 0 }]);
  });
});
