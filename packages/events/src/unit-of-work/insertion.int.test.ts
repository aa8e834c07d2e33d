import { createTestDatabase, type TestDatabase } from '@skelly/testkit';
import { insertion } from './insertion';
import { joinParts } from './parts';

describe('insertion', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
    await database.pool.query(
      'create table thing (id bigint primary key, name text, data jsonb, hash bytea, nth serial, done boolean)',
    );
  });
  afterAll(() => database.drop());

  const columns = { id: 'bigint', name: 'text', data: 'jsonb', hash: 'bytea' } as const;
  const row = (id: number) => [id, id % 2 ? `"${id}", {}` : null, JSON.stringify({ id }), Buffer.from([id])];

  test.each([1, 2, 100])('writes %s rows as they are, in their order', async (count) => {
    await database.pool.query('truncate thing');
    const insert = insertion({ name: 'things', table: 'thing', columns, more: { done: 'id > 50' } });
    const rows = Array.from({ length: count }, (_, nth) => row(count - nth));
    await database.pool.query(joinParts([insert(rows)]));
    const { rows: written } = await database.pool.query(
      'select id::int, name, data, hash, done from thing order by nth',
    );
    expect(written).toEqual(
      rows.map(([id, name, data, hash]) => ({
        id,
        name,
        data: JSON.parse(data as string),
        hash,
        done: Number(id) > 50,
      })),
    );
  });

  test.each([1, 2, 9])('writes %s rows in the order of what they may meet others in, and answers', async (count) => {
    await database.pool.query('truncate thing');
    const insert = insertion({
      name: 'things',
      table: 'thing',
      columns,
      orderBy: 'id',
      ending: 'on conflict (id) do nothing returning id',
      answer: '(select count(*)::int from things) as written',
    });
    const rows = Array.from({ length: count }, (_, nth) => row(count - nth));
    const answers = [
      await database.pool.query(joinParts([insert(rows)])),
      await database.pool.query(joinParts([insert(rows)])),
    ];
    expect(answers.map((answer) => answer.rows)).toEqual([[{ written: count }], [{ written: 0 }]]);
    const { rows: written } = await database.pool.query('select id::int from thing order by nth');
    expect(written.map(({ id }) => id)).toEqual(Array.from({ length: count }, (_, nth) => nth + 1));
  });
});
