import { randomBytes } from 'node:crypto';
import { createDatabase, type Database } from '@skelly/db';
import pg from 'pg';
import { databaseUrl, TEMPLATE, testEnvironment } from './jest/environment';

/** A migrated database of a test's own. */
export interface TestDatabase extends Database {
  readonly url: string;
  /** Drops it. @throws when a connection is still open: something that the test started was not closed. */
  drop(): Promise<void>;
}

/** Clones the template in some 50 ms. Call `drop` in `afterAll`. */
export async function createTestDatabase(options: { max?: number } = {}): Promise<TestDatabase> {
  const { postgresUrl } = testEnvironment();
  const name = `test_${randomBytes(8).toString('hex')}`;
  await asAdmin(postgresUrl, `create database ${name} template ${TEMPLATE}`);
  const url = databaseUrl(postgresUrl, name);
  const database = createDatabase({
    url,
    max: options.max ?? 10,
    // A machine that stands still for seconds is no failure of what is tested.
    connectTimeoutMs: 15_000,
    applicationName: 'skelly-test',
    onConnectionError: () => undefined,
  });
  return {
    ...database,
    url,
    async drop() {
      await database.close();
      await asAdmin(postgresUrl, `drop database ${name}`);
    },
  };
}

async function asAdmin(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
