import { randomInt } from 'node:crypto';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDatabase, type Database, migrate } from '@skelly/db';
import { startPostgres } from '@skelly/devstack';
import { checkCrowd } from './check-crowd';
import { checkRounds } from './check-rounds';
import { type ModelOptions, readOptions, usage } from './options';

/** Of a hundred operations, how many are asked of processes that are killed meanwhile. */
const OF_CROWDS = 4;
/** Operations of a crowd. */
const CROWD = 1_000;

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
  const begun = Date.now();
  const seconds = () => ((Date.now() - begun) / 1_000).toFixed(0);
  const say = (line: string) => console.log(`${seconds().padStart(5)} s  ${line}`);
  say(`${operations} operations, seed ${seed}`);
  const crowds = Math.ceil((operations * OF_CROWDS) / 100 / CROWD);
  let problem = await playRounds({ operations, seed, url, say });
  for (let nth = 0; nth < crowds && problem === undefined; nth += 1)
    problem = await playCrowd({ operations: Math.min(CROWD, operations), seed: seed + nth, url, say });
  if (problem !== undefined) console.log(`\n${problem}`);
  console.log(`\nledger model: ${problem === undefined ? 'held' : 'did not hold'} (seed ${seed}, ${seconds()} s)`);
  return problem === undefined;
}

interface Part extends Omit<ModelOptions, 'help'> {
  readonly url: string;
  readonly say: (line: string) => void;
}

async function playRounds({ operations, seed, url, say }: Part): Promise<string | undefined> {
  return withLedger(url, 'rounds', async (database) => {
    let said = 0;
    const { tally, report } = await checkRounds({
      database,
      operations,
      seed,
      say({ operations: soFar }) {
        if (soFar - said < operations / 10) return;
        said = soFar;
        say(`${soFar} operations`);
      },
    });
    say(`one after the other: ${tally.done} done, ${tally.repeated} repeated, ${tally.refused} refused`);
    return report;
  });
}

async function playCrowd({ operations, seed, url, say }: Part): Promise<string | undefined> {
  return withLedger(url, `crowd_${seed}`, async (database) => {
    const { crowd, problems } = await checkCrowd({ database, operations, kills: Math.ceil(operations / 200), seed });
    const { answered, kills, lost } = crowd;
    const refused = answered.filter(({ answer }) => 'refused' in answer).length;
    say(`all at once: ${answered.length - refused} done, ${refused} refused; ${kills} kills, ${lost} answers lost`);
    return problems.length > 0 ? problems.join('\n') : undefined;
  });
}

/** Runs something on an empty ledger of its own. */
async function withLedger<T>(
  server: string,
  name: string,
  run: (database: Database & { readonly url: string }) => Promise<T>,
): Promise<T> {
  const options = { applicationName: 'ledger-model', onConnectionError: () => undefined };
  const admin = createDatabase({ ...options, url: server, max: 1 });
  await admin.pool.query(`create database ${name}`);
  await admin.close();
  const url = new URL(server);
  url.pathname = `/${name}`;
  await migrate({ url: url.href, now: new Date() });
  const database = createDatabase({ ...options, url: url.href });
  try {
    return await run({ ...database, url: url.href });
  } finally {
    await database.close();
  }
}
