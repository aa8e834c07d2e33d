import { randomInt } from 'node:crypto';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDatabase, migrate } from '@skelly/db';
import { startPostgres } from '@skelly/devstack';
import { checkRounds } from './check-rounds';
import { type ModelOptions, readOptions, usage } from './options';

process.exit(await main(process.argv.slice(2)));

async function main(words: readonly string[]): Promise<number> {
  let options: ModelOptions;
  try {
    options = readOptions(words, () => randomInt(2 ** 31));
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    return 2;
  }
  if (options.help) {
    console.log(usage);
    return 0;
  }
  const dir = realpathSync(mkdtempSync(join(tmpdir(), 'skelly-ledger-model-')));
  const postgres = await startPostgres({ dir: join(dir, 'postgres'), settings: { fsync: 'off' } });
  try {
    return (await check(options, postgres.url)) ? 0 : 1;
  } finally {
    await postgres.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}

async function check({ operations, seed }: ModelOptions, url: string): Promise<boolean> {
  await migrate({ url, now: new Date() });
  const database = createDatabase({ url, applicationName: 'ledger-model', onConnectionError: () => undefined });
  const begun = Date.now();
  const seconds = () => ((Date.now() - begun) / 1_000).toFixed(0);
  console.log(`${operations} operations, seed ${seed}`);
  let said = 0;
  try {
    const { tally, report } = await checkRounds({
      database,
      operations,
      seed,
      say({ operations: soFar }) {
        if (soFar - said < operations / 10) return;
        said = soFar;
        console.log(`${seconds().padStart(5)} s  ${soFar} operations`);
      },
    });
    const { done, repeated, refused } = tally;
    if (report !== undefined) console.log(`\n${report}`);
    console.log(`\n  ${tally.operations} operations: ${done} done, ${repeated} repeated, ${refused} refused`);
    console.log(`\nledger model: ${report === undefined ? 'held' : 'did not hold'} (seed ${seed}, ${seconds()} s)`);
    return report === undefined;
  } finally {
    await database.close();
  }
}
