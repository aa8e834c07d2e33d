// Runs before every root script: installs the dependencies when they are missing or no longer match the manifests.
// Plain Node without dependencies, so that it runs in a fresh clone; old syntax, so that an old Node can read its error.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const OLDEST_NODE = [20, 19];
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stamp = join(root, 'node_modules', '.skelly-install');

requireNode();
const wanted = fingerprint();
if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) await install();

function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])) return;
  console.error(
    `Skelly needs Node ${OLDEST_NODE.join('.')} or later; this is ${process.versions.node}. Get it at https://nodejs.org`,
  );
  process.exit(1);
}

/** One hash over the lockfile and every manifest: whatever changes what would be installed. */
function fingerprint() {
  const folders = ['apps', 'packages'].flatMap((parent) => list(join(root, parent)).map((name) => join(parent, name)));
  const manifests = ['.', ...folders].map((folder) => join(folder, 'package.json'));
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}`);
  for (const name of ['pnpm-lock.yaml', 'pnpm-workspace.yaml', ...manifests.sort()]) {
    const path = join(root, name);
    if (existsSync(path)) hash.update(name).update(readFileSync(path));
  }
  return hash.digest('hex');
}

function list(folder) {
  return existsSync(folder) ? readdirSync(folder) : [];
}

async function install() {
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const begun = Date.now();
  console.log(
    existsSync(join(root, 'node_modules'))
      ? 'Updating dependencies'
      : 'Installing dependencies (about a minute the first time)',
  );
  const { code, output } = await run('npx', [
    '--yes',
    packageManager,
    'install',
    '--frozen-lockfile',
    '--reporter=append-only',
    // It would ask before it replaces a node_modules of another layout, and fail where nobody can answer.
    '--config.confirmModulesPurge=false',
  ]);
  if (code !== 0) {
    console.error(`${output}\nThe dependencies could not be installed (see above).`);
    process.exit(1);
  }
  writeFileSync(stamp, wanted);
  console.log(`Dependencies are installed (${seconds(begun)} s)`);
}

function run(command, args) {
  const begun = Date.now();
  const live = process.stdout.isTTY;
  let output = '';
  let progress = 'asking the registry';
  const child = spawn(command, args, {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: process.platform === 'win32',
  });
  const read = (chunk) => {
    output += chunk;
    const latest = String(chunk).match(/Progress: resolved (\d+).*?added (\d+)/g);
    if (latest) progress = latest[latest.length - 1].replace(/^Progress: /, '');
  };
  child.stdout.on('data', read);
  child.stderr.on('data', read);
  const timer = setInterval(
    () => {
      const line = `  ${progress} (${seconds(begun)} s)`;
      process.stdout.write(live ? `\r\x1b[2K${line}` : `${line}\n`);
    },
    live ? 500 : 10000,
  );
  return new Promise((resolve) => {
    const finish = (code, text) => {
      clearInterval(timer);
      if (live) process.stdout.write('\r\x1b[2K');
      resolve({ code, output: text });
    };
    child.on('error', (error) => finish(1, `${command}: ${error.message}`));
    child.on('close', (code) => finish(code, output));
  });
}

function seconds(begun) {
  return Math.round((Date.now() - begun) / 1000);
}
