import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { cacheFolder, childVariables } from '../env';
import type { Lab } from '../harness/lab';
import type { ServerUnderTest } from './load';

const VERSION = '1.4.5';
const SERVER = fileURLToPath(new URL('bun-server.mjs', import.meta.url));

/** Starts Bun's own WebSocket server; Bun itself comes from npm at first use, as it is far too large to be a dependency. */
export async function startBun(lab: Lab): Promise<ServerUnderTest> {
  const child = spawn(await installBun(lab), [SERVER], { env: childVariables(), stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  lab.onEnd(async () => {
    child.stdin.end();
    await ended;
  });
  const [line] = (await Promise.race([
    once(createInterface(child.stdout), 'line'),
    ended.then(() => Promise.reject(new Error('Bun has ended.'))),
  ])) as [string];
  const { port, control } = JSON.parse(line) as { port: number; control: number };
  return { port, path: '/', source: { kind: 'lines', port: control }, pid: child.pid as number };
}

async function installBun(lab: Lab): Promise<string> {
  const name = `@oven/bun-${process.platform}-${process.arch === 'arm64' ? 'aarch64' : 'x64'}`;
  const folder = join(cacheFolder(), `bun-${VERSION}`);
  const binary = join(folder, 'node_modules', name, 'bin', 'bun');
  if (!existsSync(binary)) {
    lab.say(`installing Bun ${VERSION}`);
    const args = ['install', '--prefix', folder, '--no-save', '--no-audit', '--no-fund', `${name}@${VERSION}`];
    await promisify(execFile)('npm', args, { env: childVariables() });
  }
  return binary;
}
