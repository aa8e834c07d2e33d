import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { processVariables } from './env';
import { eventually } from './eventually';
import { freePort } from './process';
import { startTcpProxy } from './tcp-proxy';

/** A Redis or Valkey server that can go away. */
export interface TestRedis {
  readonly url: string;
  /** Ends it at once, and with it every connection. */
  kill(): Promise<void>;
  /** Has it back at the same address, empty. */
  restart(): Promise<void>;
  /** Ends it for good. */
  stop(): Promise<void>;
}

/** Whether there is a server for tests: REDIS_URL or REDIS_BIN names one, or `redis-server` or `valkey-server` is on the PATH. */
export function hasRedis(): boolean {
  return Boolean(processVariables()['REDIS_URL']) || findBinary() !== undefined;
}

/**
 * Starts a server on a free port, without anything on disk; where REDIS_URL names one, gives a way to it that can be cut.
 *
 * @throws Error when there is none, or when it does not answer within 10 seconds.
 */
export async function startTestRedis(options: { password?: string } = {}): Promise<TestRedis> {
  const given = processVariables()['REDIS_URL'];
  if (given && options.password === undefined) {
    const { url, cut, restore, close } = await startTcpProxy(given);
    return { url, kill: cut, restart: restore, stop: close };
  }
  const binary = findBinary();
  if (!binary) throw new Error('There is no Redis: install redis-server or valkey-server, or set REDIS_BIN to one.');
  const port = await freePort();
  const settings = ['--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', tmpdir()];
  if (options.password !== undefined) settings.push('--requirepass', options.password);
  let server: ChildProcess | undefined;
  const kill = async () => {
    const ending = server;
    server = undefined;
    if (!ending || ending.exitCode !== null) return;
    const ended = once(ending, 'exit');
    ending.kill('SIGKILL');
    await ended;
  };
  const restart = async () => {
    const started = spawn(binary, settings, { stdio: 'ignore' });
    server = started;
    await eventually('Redis', async () => {
      if (started.exitCode !== null) throw new Error(`${binary} ended with ${started.exitCode}.`);
      return accepts(port);
    });
  };
  await restart();
  const credentials = options.password === undefined ? '' : `:${encodeURIComponent(options.password)}@`;
  return { url: `redis://${credentials}127.0.0.1:${port}`, kill, restart, stop: kill };
}

function findBinary(): string | undefined {
  const { REDIS_BIN, PATH = '' } = processVariables();
  if (REDIS_BIN) return REDIS_BIN;
  const places = PATH.split(delimiter).flatMap((folder) =>
    ['redis-server', 'valkey-server'].map((name) => join(folder, name)),
  );
  return places.find((place) => {
    try {
      accessSync(place, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

async function accepts(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
