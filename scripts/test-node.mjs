// Runs Jest's suites on another Node version than the machine's, taken from npm: `npm run test:node -- 22 24`; the current LTS by default.
// Flags are for Jest.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const given = process.argv.slice(2);
const flags = given.filter((argument) => argument.startsWith('-'));
const named = given.filter((argument) => !argument.startsWith('-'));
const versions = named.length > 0 ? named : ['24'];
// The stack's own tests start whole processes with the Node of the machine, so they would say nothing new.
const ELSEWHERE = '^(?!.*(packages/devstack|/docs/)).*$';
const cache = join(process.env.SKELLY_CACHE_DIR || join(root, '.skelly', 'cache'), 'node');

for (const version of versions) {
  if (!/^\d+(\.\d+){0,2}$/.test(version)) {
    console.error(`"${version}" is no Node version; write it like 22 or 24.1.0`);
    process.exit(2);
  }
  const node = obtain(version);
  const { stdout } = spawnSync(node, ['--version'], { encoding: 'utf8' });
  console.log(`\nNode ${stdout.trim()}`);
  const { status } = spawnSync(
    node,
    [join(root, 'node_modules/jest/bin/jest.js'), '--testPathPatterns', ELSEWHERE, ...flags],
    {
      cwd: root,
      stdio: 'inherit',
      env: { ...process.env, PATH: `${dirname(node)}:${process.env.PATH}` },
    },
  );
  if (status !== 0) process.exit(status ?? 1);
}

function obtain(version) {
  const folder = join(cache, version);
  const node = join(folder, 'node_modules', 'node', 'bin', 'node');
  if (existsSync(node)) return node;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{"private":true}');
  const platform = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  const { status } = spawnSync(
    'npm',
    ['install', '--no-save', '--no-audit', '--no-fund', `node@npm:${platform}@${version}`],
    {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
  if (status !== 0 || !existsSync(node)) {
    console.error(`Node ${version} could not be installed as ${platform}`);
    process.exit(1);
  }
  return node;
}
