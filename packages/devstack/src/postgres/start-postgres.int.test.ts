import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { isAlive, temporaryFolder, waitFor } from '../test-support';
import { stopPostgresIn } from './recover';
import { startPostgres } from './start-postgres';

async function query<Row extends pg.QueryResultRow>(url: string, sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

test('data outlives a kill -9 of the server, and a stranger that has its number is left alone', async () => {
  const dir = join(temporaryFolder(), 'postgres');
  const first = await startPostgres({ dir });
  await query(first.url, 'create table kept (n int); insert into kept values (42)');
  process.kill(first.pid, 'SIGKILL');
  await waitFor('its end', () => !isAlive(first.pid));
  await first.stop();
  // After a crash the number in the pid file may belong to anybody: here to this very process.
  const pidFile = join(dir, 'postmaster.pid');
  writeFileSync(pidFile, readFileSync(pidFile, 'utf8').replace(/^\d+/, String(process.pid)));

  const second = await startPostgres({ dir });
  expect(await query(second.url, 'select n from kept')).toEqual([{ n: 42 }]);
  await second.stop();
});

test('a server that was left running in the folder is shut down, in order', async () => {
  const dir = join(temporaryFolder(), 'postgres');
  const left = await startPostgres({ dir });
  await query(left.url, 'create table kept (n int)');
  await stopPostgresIn(dir);
  expect(isAlive(left.pid)).toBe(false);
  expect(existsSync(join(dir, 'postmaster.pid'))).toBe(false);
  expect(readFileSync(`${dir}.log`, 'utf8')).toContain('database system is shut down');
  await left.stop();
});

test('it is UTF-8, listens on the loopback address only, and wants a password', async () => {
  const postgres = await startPostgres({ dir: join(temporaryFolder(), 'postgres') });
  expect(await query(postgres.url, 'show server_encoding')).toEqual([{ server_encoding: 'UTF8' }]);
  expect(await query(postgres.url, 'show listen_addresses')).toEqual([{ listen_addresses: '127.0.0.1' }]);
  const wrong = new URL(postgres.url);
  wrong.password = 'guessed';
  await expect(query(wrong.href, 'select 1')).rejects.toThrow(/password authentication failed/);
  await postgres.stop();
});
