import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { createDatabase } from '@skelly/db';
import { target } from './env';

/** A wallet in the stack's database that holds what no transfer ever gave it, until it is closed. */
export async function openWrongWallet() {
  const stack = parseEnv(await readFile(join(target().dataDir, 'env'), 'utf8'));
  const database = createDatabase({
    url: stack['DATABASE_URL'] ?? '',
    max: 1,
    applicationName: 'browser-tests',
    onConnectionError: (error) => console.error(error),
  });
  const owner = crypto.randomUUID();
  await database.pool.query(
    `insert into ledger_account (owner, kind, currency, balance)
     select $1, kind, 'points', case kind when 'available' then 700 else 0 end
     from unnest(array['available', 'escrow', 'earnings']) as kind`,
    [owner],
  );
  return {
    owner,
    /** Sets it back to what its transfers say. */
    async repair(): Promise<void> {
      await database.pool.query('update ledger_account set balance = 0 where owner = $1', [owner]);
    },
    close: () => database.close(),
  };
}
