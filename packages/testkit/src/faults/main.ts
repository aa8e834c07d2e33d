import { randomInt } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { processVariables } from '../env';
import { type FaultOptions, readOptions, usage } from './options';
import { commandOf, hasHeld, isCaught, renderReport } from './report';
import { runFaults } from './run';

/** What a run may take beyond its minutes: two ends of acts, and the start. */
const LONGEST_BEYOND_MS = 600_000;

// Node 20 is what we support; the SDK's reminder would break the report.
processVariables()['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
process.exit(await main(process.argv.slice(2)));

async function main(words: readonly string[]): Promise<number> {
  let options: FaultOptions;
  try {
    options = readOptions(words, () => randomInt(2 ** 32));
  } catch (error) {
    console.error(`${textOf(error)}\n\n${usage}`);
    return 2;
  }
  if (options.help) {
    console.log(usage);
    return 0;
  }
  // A short run of a broken product may have luck; not three of them.
  const runs = options.expectCaught ? 3 : 1;
  for (let nth = 0; nth < runs; nth += 1) {
    if (await succeeds({ ...options, seed: options.seed + nth })) return 0;
  }
  return 1;
}

/** One run in a folder of its own, which stays when it did not succeed. */
async function succeeds(options: FaultOptions): Promise<boolean> {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), 'skelly-faults-')));
  const succeeded = await run(options, dir).catch((error: unknown) => {
    console.error(`\nfaults: failed (seed ${options.seed}): ${textOf(error)}\nRepeat with: ${commandOf(options)}`);
    return false;
  });
  if (succeeded) rmSync(dir, { recursive: true, force: true });
  else console.error(`Logs and database are kept in ${dir}`);
  return succeeded;
}

async function run(options: FaultOptions, dir: string): Promise<boolean> {
  const abort = new AbortController();
  // Every pause and every strike listens to it.
  setMaxListeners(0, abort.signal);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => abort.abort(new Error(`stopped by ${signal}`)));
  const longestMs = options.minutes * 60_000 + LONGEST_BEYOND_MS;
  const late = setTimeout(() => abort.abort(new Error(`not done in ${longestMs / 1_000} s`)), longestMs);
  const begun = Date.now();
  const seconds = () => (Date.now() - begun) / 1_000;
  const say = (line: string) => console.log(`${seconds().toFixed(1).padStart(6)} s  ${line}`);
  const { minutes, seed, sabotage, expectCaught } = options;
  say(`${minutes} minutes, seed ${seed}${sabotage ? `, sabotaged: ${sabotage}` : ''}`);
  try {
    const result = await runFaults({ dir, minutes, seed, sabotage, signal: abort.signal, say });
    console.log(renderReport(result, options, seconds()));
    return sabotage && expectCaught ? isCaught(result, sabotage) : hasHeld(result);
  } finally {
    clearTimeout(late);
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
