import { randomInt } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Stack, startStack } from '@skelly/devstack';
import { processVariables } from '../env';
import { type CrashOptions, readOptions, usage } from './options';
import { renderReport } from './report';
import { runCrash } from './run';

/** A run that takes longer hangs. The build is not counted. */
const LONGEST_RUN_MS = 240_000;

// Node 20 is what we support; the SDK's reminder would break the report.
processVariables()['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
process.exit(await main(process.argv.slice(2)));

async function main(words: readonly string[]): Promise<number> {
  let options: CrashOptions;
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
  const dataDir = realpathSync(mkdtempSync(join(tmpdir(), 'skelly-crash-')));
  const held = await crash(options, dataDir).catch((error: unknown) => {
    console.error(`\ncrash: failed (seed ${options.seed}): ${textOf(error)}`);
    return false;
  });
  if (held) rmSync(dataDir, { recursive: true, force: true });
  else console.error(`Logs, database and mails are kept in ${dataDir}; --seed ${options.seed} repeats the run's draws`);
  return held ? 0 : 1;
}

async function crash({ members, seed }: CrashOptions, dataDir: string): Promise<boolean> {
  const abort = new AbortController();
  // Every request listens to it.
  setMaxListeners(0, abort.signal);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => abort.abort(new Error(`stopped by ${signal}`)));
  const begun = Date.now();
  const say = (line: string) => console.log(`${((Date.now() - begun) / 1_000).toFixed(1).padStart(6)} s  ${line}`);
  say(`${members} members, seed ${seed}`);
  const stack = await startStack({
    dataDir,
    portBase: 0,
    mode: 'start',
    apps: ['api', 'relay', 'worker', 'gateway'],
    // A worker's messages come back soon after its death.
    env: { SQS_VISIBILITY_TIMEOUT: '5', SQS_WAIT_TIME_SECONDS: '1', EVENT_OUTBOX_POLLING_INTERVAL: '1000' },
    signal: abort.signal,
  });
  try {
    say(`the stack runs at ${stack.urls.public}`);
    return await runOn(stack, { members, seed, abort, say });
  } finally {
    await stack.stop();
  }
}

async function runOn(
  stack: Stack,
  { members, seed, abort, say }: Omit<CrashOptions, 'help'> & { abort: AbortController; say: (line: string) => void },
): Promise<boolean> {
  const begun = Date.now();
  const late = setTimeout(() => abort.abort(new Error(`not done in ${LONGEST_RUN_MS / 1_000} s`)), LONGEST_RUN_MS);
  try {
    const result = await runCrash({ stack, members, seed, signal: abort.signal, say });
    console.log(renderReport(result, { members, seed, seconds: (Date.now() - begun) / 1_000 }));
    return result.problems.length === 0;
  } finally {
    clearTimeout(late);
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
