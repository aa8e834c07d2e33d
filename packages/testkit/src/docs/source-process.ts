import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname } from 'node:path';
import { eventually } from '../eventually';

/** One of our processes, run from source. */
export interface SourceProcess {
  /** The port that it said it listens on. Resolves once it is ready. @throws Error with its output when it ends first */
  ready(): Promise<number>;
  /** Resolves when it ended well by itself. @throws Error with its output */
  ended(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a TypeScript file of a checkout with an environment that is wholly given, but for the way to `node`. */
export function startFromSource(root: string, file: string, env: Readonly<Record<string, string>>): SourceProcess {
  const child: ChildProcess = spawn(process.execPath, ['--import', 'tsx', file], {
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
  const exit = once(child, 'exit');
  return {
    async ready() {
      await eventually(
        `${file} is ready`,
        () => {
          if (hasEnded()) throw new Error(`${file} ended before it was ready:\n${output}`);
          return output.includes('"msg":"ready"');
        },
        { withinMs: 40_000 },
      );
      return Number(/"port":(\d+)[^\n]*"msg":"listening"/.exec(output)?.[1] ?? 0);
    },
    async ended() {
      const [code] = await exit;
      if (code !== 0) throw new Error(`${file} ended with ${code}:\n${output}`);
    },
    async stop() {
      if (hasEnded()) return;
      child.kill('SIGTERM');
      await exit;
    },
  };
}
