import { fileURLToPath } from 'node:url';
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate as applyMigrations } from 'drizzle-orm/node-postgres/migrator';
import pg from 'pg';
import { connectionConfig } from './database';
import { ensurePartitions } from './partitions';

/**
 * Brings a database to this version's schema and creates partitions ahead. Safe to run again and by several at once:
 * one migrates, the others wait. Needs a direct connection, as it holds a lock across transactions.
 *
 * @throws the database's error; the failed migration is rolled back.
 */
export async function migrate(options: { url: string; now: Date }): Promise<void> {
  const client = new pg.Client(connectionConfig({ url: options.url, applicationName: 'skelly-migrate' }));
  await client.connect();
  try {
    await client.query(`select pg_advisory_lock(hashtext('skelly migrations'))`);
    await applyMigrations(drizzle(client), { migrationsFolder: migrationsFolder() });
    await ensurePartitions(client, options.now);
  } finally {
    await client.end();
  }
}

function migrationsFolder(): string {
  return fileURLToPath(new URL('../migrations', import.meta.url));
}
