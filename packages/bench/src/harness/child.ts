import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import type { Reply, Request } from './contender';

const tether = pathToFileURL(createRequire(import.meta.url).resolve('@skelly/devstack/tether')).href;

/** A production bundle in a process of its own. It ends with this process, however that ends. */
export interface Child {
  readonly pid: number;
  /** Resolves when it says that it is ready; apps of ours do not, they are asked over HTTP. @throws Error with its output when it ends first */
  ready(): Promise<void>;
  /** Tells a contender to do something. @throws Error with the contender's own stack, or its output when it ended */
  call<Result>(command: string, argument?: unknown): Promise<Result>;
  /** Whether it has ended, and its last lines: for whoever waits for something else of it. @throws Error with them when it has */
  assertRunning(): void;
  /** Ordered end; SIGKILL after ten seconds. Then it counts as stopped all the same. */
  stop(): Promise<void>;
}

const STOP_WITHIN_MS = 10_000;
const LINES_SHOWN = 20;

export interface ChildOptions {
  readonly bundle: string;
  readonly argument?: unknown;
  readonly env: Readonly<Record<string, string>>;
  /** File that takes what it prints. */
  readonly logFile: string;
  /** Flags for Node, such as `--cpu-prof`. */
  readonly flags?: readonly string[];
}

export function startChild({ bundle, argument, env, logFile, flags = [] }: ChildOptions): Child {
  const log = openSync(logFile, 'a');
  const child = spawn(
    process.execPath,
    ['--import', tether, ...flags, bundle, ...(argument === undefined ? [] : [JSON.stringify(argument)])],
    { env, stdio: ['ignore', log, log, 'ipc'] },
  );
  closeSync(log);
  const calls = new Map<number, { resolve: (result: unknown) => void; reject: (error: Error) => void }>();
  let lastId = 0;
  let ended = false;
  let stopping = false;
  const failure = () => {
    const lines = readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-LINES_SHOWN).join('\n');
    return new Error(`${bundle} has ended:\n${lines}`);
  };
  const exited = once(child, 'exit').then(() => {
    ended = true;
    for (const { reject } of calls.values()) reject(failure());
    calls.clear();
  });
  let becameReady = () => {};
  const announced = new Promise<void>((resolve) => {
    becameReady = resolve;
  });
  child.on('message', (reply: Reply) => {
    if ('ready' in reply) return becameReady();
    const call = calls.get(reply.id);
    calls.delete(reply.id);
    if (reply.error === undefined) call?.resolve(reply.result);
    else call?.reject(new Error(reply.error));
  });
  const assertRunning = () => {
    if (ended && !stopping) throw failure();
  };

  return {
    pid: child.pid as number,
    assertRunning,
    async ready() {
      await Promise.race([announced, exited]);
      assertRunning();
    },
    call: <Result>(command: string, argument: unknown = null) =>
      new Promise<Result>((resolve, reject) => {
        if (ended) return reject(failure());
        lastId += 1;
        calls.set(lastId, { resolve: resolve as (result: unknown) => void, reject });
        child.send({ id: lastId, command, argument } satisfies Request);
      }),
    async stop() {
      stopping = true;
      if (ended) return;
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
      await exited;
      clearTimeout(timer);
    },
  };
}
