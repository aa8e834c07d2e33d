import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { renameSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { eventually } from './eventually';

/** One of our processes, run from source. */
export interface SourceProcess {
  /** All that it has written so far, stdout and stderr. */
  output(): string;
  /** The port that it said it listens on. Resolves once it is ready. @throws Error with its output when it ends first */
  ready(): Promise<number>;
  /** Resolves with its exit code when it has ended; with null when a signal ended it. */
  exit(): Promise<number | null>;
  /** Resolves when it ended well by itself. @throws Error with its output */
  ended(): Promise<void>;
  /** Asks it to end, as a platform does (SIGTERM), and resolves as `exit`. */
  stop(): Promise<number | null>;
  /** Ends it at once, if it still runs. */
  kill(): void;
}

const bundler = fileURLToPath(new URL('./bundle-source.mjs', import.meta.url));
const bundles = new Map<string, string>();

/** A bundle of the source as it was when it was first asked for. It lies among the caches beside the checkout's dependencies, one for each file. */
function bundleOf(root: string, file: string): string {
  const source = resolve(root, file);
  const known = bundles.get(source);
  if (known) return known;
  const bundle = join(root, 'node_modules/.cache/skelly', `${file.replaceAll('/', '-')}.mjs`);
  const fresh = `${bundle}.${process.pid}`;
  execFileSync(process.execPath, [bundler, source, fresh], { stdio: ['ignore', 'inherit', 'inherit'] });
  renameSync(fresh, bundle);
  bundles.set(source, bundle);
  return bundle;
}

/**
 * Starts a TypeScript file of a checkout, bundled once a test suite, with an environment that is wholly given, but for the way to
 * `node`.
 */
export function startFromSource(
  root: string,
  file: string,
  env: Readonly<Record<string, string>>,
  args: readonly string[] = [],
): SourceProcess {
  const child: ChildProcess = spawn(process.execPath, [bundleOf(root, file), ...args], {
    cwd: root,
    env: { PATH: dirname(process.execPath), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk) => {
      output += String(chunk);
    });
  }
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  // Not at `exit`: what it wrote last may still be on its way then.
  const closed = once(child, 'close').then(([code]) => code as number | null);
  return {
    output: () => output,
    async ready() {
      await eventually(
        `${file} is ready`,
        () => {
          if (hasEnded()) throw new Error(`${file} ended before it was ready:\n${output}`);
          return output.includes('"msg":"ready"');
        },
        { withinMs: 20_000 },
      );
      return Number(/"port":(\d+)[^\n]*"msg":"listening"/.exec(output)?.[1] ?? 0);
    },
    exit: () => closed,
    async ended() {
      const code = await closed;
      if (code !== 0) throw new Error(`${file} ended with ${code}:\n${output}`);
    },
    stop() {
      if (!hasEnded()) child.kill('SIGTERM');
      return closed;
    },
    kill() {
      if (!hasEnded()) child.kill('SIGKILL');
    },
  };
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}

/** What a process' `/health/ready` says now: status and body; undefined while nobody answers. */
export async function askReadiness(port: number): Promise<{ status: number; body: unknown } | undefined> {
  const response = await fetch(`http://127.0.0.1:${port}/health/ready`).catch(() => undefined);
  return response && { status: response.status, body: await response.json() };
}
