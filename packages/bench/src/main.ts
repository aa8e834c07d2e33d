import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BenchArguments, counts, readArguments, usage } from './arguments';
import { benches } from './catalog';
import { isCi, prepareProcess } from './env';
import type { Bench } from './harness/bench';
import { buildBundles } from './harness/bundles';
import { describeMachine } from './harness/machine';
import { findWeakPeers } from './harness/peer-check';
import { peerRatios } from './harness/peer-ratios';
import { type BenchResult, summarise } from './harness/results';
import { runBench } from './harness/run-bench';
import { type Servers, startServers } from './harness/servers';
import { renderTable } from './harness/table';

/** Of the folder that it is started in, which is the root's under `npm run`. */
const resultsDir = join(process.cwd(), 'bench-results');

prepareProcess();
process.exit(await main(process.argv.slice(2)));

async function main(words: readonly string[]): Promise<number> {
  let given: BenchArguments;
  try {
    given = readArguments(
      words,
      benches.map(({ name }) => name),
    );
  } catch (error) {
    console.error((error as Error).message);
    return 2;
  }
  if (given.help) {
    console.log(usage(benches));
    return 0;
  }
  const chosen = given.names.map((name) => benches.find((bench) => bench.name === name) as Bench);
  const dir = realpathSync(mkdtempSync(join(tmpdir(), 'skelly-bench-')));
  try {
    const problems = await runAll(chosen, given, dir);
    if (problems.length > 0) console.error(`\nNot held:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    rmSync(dir, { recursive: true, force: true });
    return problems.length > 0 ? 1 : 0;
  } catch (error) {
    console.error(`\nbench: ${(error as Error).message}\nLogs are kept in ${dir}`);
  }
  return 1;
}

/** Runs benches one after the other. @returns what is not held, in words. */
async function runAll(chosen: readonly Bench[], given: BenchArguments, dir: string): Promise<readonly string[]> {
  const begun = Date.now();
  const say = (text: string) => console.log(`${((Date.now() - begun) / 1_000).toFixed(1).padStart(7)} s  ${text}`);
  say('building the bundles');
  await buildBundles(
    [...new Set(chosen.flatMap((bench) => bench.programs))],
    [...new Set(chosen.flatMap((bench) => bench.apps))],
  );
  const servers = await startServers(dir);
  const stopOnSignal = () => void servers.stop().finally(() => process.exit(1));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, stopOnSignal);
  say('Postgres and SQS run');
  const problems: string[] = [];
  try {
    // A bench that fails holds nothing, and keeps no other from running.
    for (const bench of chosen) {
      const missed = await runOne(bench, given, { servers, dir, say }).catch((error: Error) => [error.message]);
      problems.push(...missed);
    }
  } finally {
    await servers.stop();
  }
  return problems;
}

async function runOne(
  bench: Bench,
  given: BenchArguments,
  { servers, dir, say }: { servers: Servers; dir: string; say: (text: string) => void },
): Promise<readonly string[]> {
  const missing = bench.unavailable?.();
  if (missing !== undefined) {
    console.error(`\n${bench.name} is left out: ${missing}\n`);
    return isCi() ? [`${bench.name}: ${missing}`] : [];
  }
  const counting = { counts: counts(given) };
  const steps = bench.steps.filter(({ contender }) => given.only === undefined || contender === given.only);
  if (steps.length === 0) return [`${bench.name}: ${given.only} is none of its contenders`];
  const rounds = await runBench(
    { ...bench, steps },
    {
      servers,
      dir,
      say,
      rounds: given.rounds,
      scale: given.scale,
      minutes: given.minutes,
      profileDir: given.profile ? join(resultsDir, 'profiles') : undefined,
      warmUp: counting.counts,
    },
  );
  const results = summarise(bench, rounds, counting);
  const result: BenchResult = { name: bench.name, machine: describeMachine(servers.postgres), results };
  mkdirSync(resultsDir, { recursive: true });
  writeFileSync(join(resultsDir, `${bench.name}.json`), `${JSON.stringify(result, null, 2)}\n`);
  const weak = given.only === undefined ? findWeakPeers(bench.name, results, peerRatios) : [];
  console.log(`\n${bench.name}: ${bench.summary}\n${renderTable(results, counting)}`);
  for (const peer of weak) console.log(`a weak peer: ${peer}`);
  console.log('');
  if (!counting.counts) return [`${bench.name}: a quick look never counts`];
  return [
    ...results.filter(({ held }) => !held).map(({ metric }) => `${bench.name}: ${metric}`),
    ...weak.map((peer) => `${bench.name}: this run compares with a peer below its best. ${peer}`),
  ];
}
