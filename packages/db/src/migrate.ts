import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate as applyMigrations } from 'drizzle-orm/node-postgres/migrator';
import pg from 'pg';
import { connectionConfig } from './database';
import { isContention } from './errors';
import { ensurePartitions } from './partitions';

/** How long a migration waits for a table, and how often it comes again: who uses it meanwhile waits behind it. */
const LOCK = { TIMEOUT_MS: 3_000, PAUSE_MS: 2_000, TRIES: 20 } as const;

/**
 * Brings a database to this version's schema and creates partitions ahead. Safe to run again, while the product runs, and by
 * several at once: one migrates, the others wait. A table that is in use is waited for briefly, again and again, so that nobody
 * queues behind the migration for long; after a deadlock it comes again too. Needs a direct connection, as it holds a lock across
 * transactions.
 *
 * @throws the database's error; nothing of the failed migration stays. After 20 tries that is "lock timeout" or "deadlock detected":
 *   try at a quieter time.
 */
export async function migrate(options: { url: string; now: Date }): Promise<void> {
  const client = new pg.Client(connectionConfig({ url: options.url, applicationName: 'skelly-migrate' }));
  await client.connect();
  try {
    await client.query(`select pg_advisory_lock(hashtext('skelly migrations'))`);
    await client.query(`set lock_timeout = ${LOCK.TIMEOUT_MS}`);
    await whenTablesAreFree(() => applyMigrations(drizzle(client), { migrationsFolder: migrationsFolder() }));
    await client.query('reset lock_timeout');
    await ensurePartitions(client, options.now);
  } finally {
    await client.end();
  }
}

async function whenTablesAreFree(apply: () => Promise<void>): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await apply();
    } catch (error) {
      if (!isContention(error) || tries === LOCK.TRIES) throw error;
      await delay(LOCK.PAUSE_MS);
    }
  }
}

function migrationsFolder(): string {
  return fileURLToPath(new URL('../migrations', import.meta.url));
}
