import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Variables } from '../env';
import { identify } from './identity';
import type { Warden } from './warden';

const require = createRequire(import.meta.url);
const tether = new URL('../lifeline/tether.mjs', import.meta.url).href;

/** What to run, and how to stop it. */
export interface Program {
  command: string;
  args: readonly string[];
  cwd: string;
  env: Variables;
  /** Who ends it when the supervisor is killed: a tether (Node programs that we start directly) or the warden. */
  lifeline: 'tether' | 'warden';
  /** Asks for an ordered end. Default SIGTERM. */
  stopSignal?: NodeJS.Signals;
  /** Milliseconds until SIGKILL to its whole group. Default 6000. */
  stopWithinMs?: number;
  /** Stopped after everything else by the warden: the database. */
  last?: boolean;
  /** Run as this user and group; only root may ask for it. */
  user?: number;
}

/** How a program ended. */
export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** A running program. It leads a process group of its own, so that a Ctrl-C in the terminal reaches the supervisor alone. */
export interface RunningProgram {
  readonly pid: number;
  readonly identity: string | null;
  readonly startedAt: string;
  readonly exited: Promise<Exit>;
  /** The first message that the program sent over its channel: our own programs tell their ports when they listen. */
  readonly announced: Promise<Announcement>;
  kill(signal: NodeJS.Signals): void;
  /** Resolves when it is gone: its stop signal, then SIGKILL to the group after its deadline (or `withinMs`). */
  stop(withinMs?: number): Promise<Exit>;
}

/** What a program of ours says once it listens. */
export type Announcement = Record<string, number>;

/** A Node program from TypeScript source of this package, such as `../sqs/main.ts`; its one argument is JSON. */
export function sourceProgram(entry: URL, argument: unknown, env: Variables): Program {
  const path = fileURLToPath(entry);
  return {
    command: process.execPath,
    args: [...tsxFlags(), path, JSON.stringify(argument)],
    cwd: fileURLToPath(new URL('.', entry)),
    env,
    lifeline: 'tether',
    stopWithinMs: 4_000,
  };
}

/** The flags that make Node run TypeScript, from whatever folder it is started in. */
export function tsxFlags(): string[] {
  return ['--import', pathToFileURL(require.resolve('tsx')).href];
}

/**
 * Starts a program; its output goes to `fd`.
 *
 * @throws Error when it cannot be started at all (command missing, no permission).
 */
export async function runProgram(program: Program, options: { fd: number; warden: Warden }): Promise<RunningProgram> {
  const tethered = program.lifeline === 'tether';
  const child = spawn(program.command, tethered ? ['--import', tether, ...program.args] : [...program.args], {
    cwd: program.cwd,
    env: program.env,
    detached: true,
    stdio: tethered ? ['ignore', options.fd, options.fd, 'ipc'] : ['ignore', options.fd, options.fd],
    ...(program.user === undefined ? {} : { uid: program.user, gid: program.user }),
  });
  await once(child, 'spawn');
  const pid = child.pid as number;
  if (!tethered) options.warden.add({ pid, signal: program.stopSignal ?? 'SIGTERM', last: program.last ?? false });

  let ended = false;
  const exited = new Promise<Exit>((resolve) => {
    child.once('exit', (code, signal) => {
      ended = true;
      // What the leader leaves of its group (a build worker, a database backend) would keep ports and files.
      killGroup(pid);
      if (!tethered) options.warden.remove(pid);
      resolve({ code, signal });
    });
  });
  const announced = new Promise<Announcement>((resolve) => {
    child.on('message', (message) => {
      if (message && typeof message === 'object' && 'ready' in message) resolve(message.ready as Announcement);
    });
  });

  return {
    pid,
    identity: identify(pid),
    startedAt: new Date().toISOString(),
    exited,
    announced,
    kill: (signal) => void (ended || child.kill(signal)),
    async stop(withinMs = program.stopWithinMs ?? 6_000) {
      if (!ended) child.kill(withinMs === 0 ? 'SIGKILL' : (program.stopSignal ?? 'SIGTERM'));
      const timer = setTimeout(() => killGroup(pid), withinMs);
      return exited.finally(() => clearTimeout(timer));
    },
  };
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Nobody is left in the group, which is what is wanted.
  }
}
