// `node scripts/from-source.mjs FILE …`: a program of ours from source, with the environment of the stack that runs in this folder.
// What the shell sets wins, then .env, then what the stack wrote down.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, isAbsolute, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseEnv } from 'node:util';

const [file, ...args] = process.argv.slice(2);
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dotEnv = read(join(root, '.env'));
const dataDir = process.env.SKELLY_DATA_DIR || dotEnv.SKELLY_DATA_DIR || '.skelly';
const stack = read(join(isAbsolute(dataDir) ? dataDir : join(root, dataDir), 'env'));

const child = spawn(
  process.execPath,
  ['--import', pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href, join(root, file), ...args],
  { stdio: 'inherit', env: { ...stack, ...dotEnv, ...process.env } },
);
// A Ctrl-C reaches the child by the terminal; it decides how to end.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => child.kill('SIGTERM'));
child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)));

function read(path) {
  return existsSync(path) ? parseEnv(readFileSync(path, 'utf8')) : {};
}
