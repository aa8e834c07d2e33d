// Autobahn's conformance cases 1 to 7 against the gateway's frame path and against plain `ws`, each behind an echo server. A
// case that fails is an error, and so is a suite that cannot be had: a check that does not run proves nothing.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startEchoServer, startPlainEchoServer } from '../apps/gateway/src/testing/echo-server.ts';

/** The last release; it runs on Python 2.7 alone. */
const SUITE = 'autobahntestsuite==25.10.1';
const CASES = ['1.*', '2.*', '3.*', '4.*', '5.*', '6.*', '7.*'];
const PASSES = { behavior: ['OK', 'NON-STRICT', 'INFORMATIONAL'], behaviorClose: ['OK', 'INFORMATIONAL'] };

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const cache = join(process.env.SKELLY_CACHE_DIR || join(root, '.skelly', 'cache'), 'autobahn');
// Where pyenv manages versions, this names the one that python2.7 is.
const env = { PYENV_VERSION: '2.7.18', ...process.env };

const suite = installSuite();
const servers = { gateway: await startEchoServer(), ws: await startPlainEchoServer() };
const results = await runCases().finally(() => Promise.all(Object.values(servers).map((server) => server.close())));
for (const [name, cases] of Object.entries(results)) console.log(`${name}: ${summary(cases)}`);
const failed = Object.entries(results.gateway ?? {}).filter(([, result]) => !passes(result));
for (const [name, result] of failed)
  console.error(`case ${name}: ${JSON.stringify(result)}; plain ws: ${JSON.stringify(results.ws?.[name])}`);
if (failed.length > 0 || !results.gateway) process.exitCode = 1;

function installSuite() {
  const folder = join(cache, SUITE.replace('==', '-'));
  if (existsSync(folder)) return folder;
  console.log(`Installing ${SUITE}`);
  mkdirSync(cache, { recursive: true });
  const fresh = mkdtempSync(`${folder}-`);
  const args = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--target', fresh, SUITE];
  const { status, error } = spawnSync('python2.7', args, { stdio: 'inherit', env });
  if (status !== 0) {
    rmSync(fresh, { recursive: true, force: true });
    console.error(
      `The Autobahn suite cannot be had: ${error?.message ?? `pip ended with status ${status}`}. It needs Python 2.7 with pip, and the network once.`,
    );
    process.exit(1);
  }
  // One of its packages comes without the file that makes it one.
  writeFileSync(join(fresh, 'zope', '__init__.py'), '');
  renameSync(fresh, folder);
  return folder;
}

async function runCases() {
  const folder = mkdtempSync(join(tmpdir(), 'autobahn-'));
  const agents = Object.entries(servers).map(([agent, { url }]) => ({ agent, url, options: { version: 18 } }));
  const spec = { outdir: 'reports', servers: agents, cases: CASES, 'exclude-cases': [], 'exclude-agent-cases': {} };
  writeFileSync(join(folder, 'spec.json'), JSON.stringify(spec));
  const program =
    'import sys; sys.argv = ["wstest", "-m", "fuzzingclient", "-s", "spec.json"]; from autobahntestsuite import wstest; wstest.run()';
  const client = spawn('python2.7', ['-c', program], {
    cwd: folder,
    env: { ...env, PYTHONPATH: suite },
    stdio: ['ignore', 'ignore', 'inherit'],
    timeout: 300_000,
  });
  const [code] = await once(client, 'close');
  if (code !== 0) throw new Error(`The suite's client ended with status ${code}.`);
  const reported = JSON.parse(readFileSync(join(folder, 'reports', 'index.json'), 'utf8'));
  rmSync(folder, { recursive: true });
  return reported;
}

function passes(result) {
  return Object.entries(PASSES).every(([field, verdicts]) => verdicts.includes(result[field]));
}

function summary(cases) {
  const counts = new Map();
  for (const { behavior } of Object.values(cases)) counts.set(behavior, (counts.get(behavior) ?? 0) + 1);
  const parts = [...counts].map(([behavior, count]) => `${count} ${behavior}`);
  return `${Object.keys(cases).length} cases, ${parts.join(', ')}`;
}
