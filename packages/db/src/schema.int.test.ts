import { createTestDatabase, type TestDatabase } from '@skelly/testkit';
import { getTableColumns, getTableName, is } from 'drizzle-orm';
import { getTableConfig, PgTable } from 'drizzle-orm/pg-core';
import { describeSchema } from './describe-schema';
import * as exported from './index';

/**
 * Checks that are demanded of new rows alone, as `table.name`: those that a release adds as `not valid`, so that a long table is not read under
 * a lock. The release after it validates them. One that applies both at once reads it under that lock after all.
 */
const TO_BE_VALIDATED: readonly string[] = [];

describe('the migrated schema', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  test('is the one that is checked in', async () => {
    const client = await database.pool.connect();
    try {
      expect(await describeSchema(client)).toMatchSnapshot();
    } finally {
      client.release();
    }
  });

  test('has no check that is demanded of new rows alone but those that the next release validates', async () => {
    const { rows } = await database.pool.query<{ name: string }>(
      `select conrelid::regclass || '.' || conname as name from pg_constraint where not convalidated order by name`,
    );
    expect(rows.map(({ name }) => name)).toEqual([...TO_BE_VALIDATED].sort());
  });

  test('is the one that the code queries: every table, column, type and null', async () => {
    const { rows } = await database.pool.query<{ table: string; column: string; type: string; required: boolean }>(`
      select c.relname as "table", a.attname as "column", format_type(a.atttypid, a.atttypmod) as type, a.attnotnull as required
      from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      where c.relkind in ('r', 'p') and not c.relispartition and c.relnamespace = 'public'::regnamespace`);
    const migrated = rows.map(
      ({ table, column, type, required }) => `${table}.${column} ${type}${required ? ' not null' : ''}`,
    );
    const queried = Object.values(exported)
      .filter((value) => is(value, PgTable))
      .flatMap((table) => {
        const keys = new Set(
          getTableConfig(table).primaryKeys.flatMap((key) => key.columns.map((column) => column.name)),
        );
        return Object.values(getTableColumns(table)).map((column) => {
          const required = column.notNull || column.primary || keys.has(column.name);
          return `${getTableName(table)}.${column.name} ${column.getSQLType()}${required ? ' not null' : ''}`;
        });
      });
    expect(queried.sort()).toEqual(migrated.sort());
  });
});
