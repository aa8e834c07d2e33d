import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createWarden, openLogFile, type RunningProgram, runProgram } from '@skelly/devstack';
import type { Role } from './bundle';
import type { SqsProxy } from './proxy/sqs-proxy';

/** One process of the run, which is started again whenever it ends. */
export interface CrewMember {
  readonly name: string;
  readonly role: Role;
  readonly proxy: SqsProxy;
  /** Process id; null while it is not there. */
  readonly pid: number | null;
  readonly isFrozen: boolean;
  /** Times that it ended without having been asked to or struck: its own doing. */
  readonly crashes: number;
  /** Stops it where it stands (SIGSTOP). @returns false when it is not there. */
  freeze(): boolean;
  /** Lets it go on (SIGCONT). */
  thaw(): void;
  /** Ends it where it stands (SIGKILL); a new one starts. */
  kill(): void;
  /** Asks it to end (SIGTERM) and starts it again, with other variables. */
  restart(env?: Readonly<Record<string, string>>): Promise<void>;
  /** Asks it to end; it is not started again. @throws when it had to be forced. */
  stop(): Promise<void>;
}

/** Pause before a process that ended is started again, in milliseconds. */
const RESTART_MS = 100;
const STOP_WITHIN_MS = 20_000;

export async function startCrewMember(options: {
  name: string;
  role: Role;
  file: string;
  dir: string;
  env: Readonly<Record<string, string>>;
  proxy: SqsProxy;
}): Promise<CrewMember> {
  const { name, role, proxy } = options;
  const log = openLogFile(join(options.dir, `${name}.log`), { maxBytes: 50 * 1024 * 1024 });
  const warden = createWarden();
  let env = options.env;
  let running: RunningProgram | null = null;
  let isFrozen = false;
  let isStopping = false;
  let struck = false;
  let crashes = 0;

  async function start(): Promise<void> {
    const program = await runProgram(
      {
        command: process.execPath,
        args: ['--enable-source-maps', options.file],
        cwd: options.dir,
        env: { ...env, FAULTS_NAME: name, AWS_ENDPOINT_URL_SQS: proxy.url },
        lifeline: 'tether',
      },
      { fd: log.fd, warden },
    );
    running = program;
    isFrozen = false;
    void program.exited.then(async () => {
      running = null;
      if (!struck && !isStopping) crashes += 1;
      struck = false;
      await delay(RESTART_MS);
      if (!isStopping) await start();
    });
  }

  async function end(): Promise<void> {
    isStopping = true;
    const program = running;
    if (!program) return;
    if (isFrozen) program.kill('SIGCONT');
    const { signal } = await program.stop(STOP_WITHIN_MS);
    // One that has only just started may die of the request itself.
    if (signal === 'SIGKILL') throw new Error(`${name} was asked to end and had to be forced`);
  }

  await start();
  return {
    name,
    role,
    proxy,
    get pid() {
      return running?.pid ?? null;
    },
    get isFrozen() {
      return isFrozen;
    },
    get crashes() {
      return crashes;
    },
    freeze() {
      if (!running || isFrozen) return false;
      running.kill('SIGSTOP');
      isFrozen = true;
      return true;
    },
    thaw() {
      if (isFrozen) running?.kill('SIGCONT');
      isFrozen = false;
    },
    kill() {
      struck = true;
      running?.kill('SIGKILL');
    },
    async restart(changed = {}) {
      await end();
      env = { ...env, ...changed };
      await delay(RESTART_MS * 2);
      isStopping = false;
      await start();
    },
    async stop() {
      await end();
      log.close();
      warden.close();
    },
  };
}
