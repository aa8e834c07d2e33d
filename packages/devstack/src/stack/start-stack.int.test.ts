import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { processVariables } from '../env';
import { accepts } from '../process/probe';
import { tsxFlags } from '../process/program';
import { isAlive, scriptProgram, temporaryFolder, waitFor } from '../test-support';
import { machineVariables } from './environment';
import type { Stack, StackOptions } from './options';
import { findFreeBase, findTakenPorts, PortsTaken, portsFrom } from './ports';
import { AlreadyRunning, type StackRecord } from './record';
import { startStack } from './start-stack';

const open: { stop(): Promise<void> }[] = [];

/** Services only: what is tested here does not depend on our apps. */
async function start(options: Partial<StackOptions> & { dataDir: string }): Promise<Stack> {
  const stack = await startStack({ portBase: 0, mode: 'start', apps: [], build: false, migrate: false, ...options });
  open.push(stack);
  return stack;
}

afterEach(async () => {
  for (const stack of open.splice(0)) await stack.stop();
});

const recordIn = (dataDir: string) => JSON.parse(readFileSync(join(dataDir, 'stack.json'), 'utf8')) as StackRecord;
const portsOf = (base: number) => findTakenPorts(portsFrom(base));

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

test('a stop leaves no process and no port; secrets and data stay for the next start', async () => {
  const dataDir = temporaryFolder();
  const first = await start({ dataDir });
  await query(first.urls.postgres, 'create table kept (n int); insert into kept values (42)');
  const processes = recordIn(dataDir).processes;
  expect(processes.map(({ name }) => name).sort()).toEqual(['edge', 'mail', 'postgres', 'sqs']);
  const secrets = readFileSync(join(dataDir, 'secrets.json'), 'utf8');
  await first.stop();
  expect(processes.filter(({ pid }) => isAlive(pid))).toEqual([]);
  expect(await portsOf(first.ports.edge)).toEqual([]);
  expect(existsSync(join(dataDir, 'stack.json'))).toBe(false);

  const second = await start({ dataDir, portBase: first.ports.edge });
  expect(await query(second.urls.postgres, 'select n from kept')).toEqual([{ n: 42 }]);
  expect(readFileSync(join(dataDir, 'secrets.json'), 'utf8')).toBe(secrets);
  expect(statSync(join(dataDir, 'env')).mode & 0o077).toBe(0);
});

test('a killed supervisor takes its processes along, and the next start has the data', async () => {
  const dataDir = temporaryFolder();
  const portBase = (await findFreeBase(5_100)) as number;

  const entry = fileURLToPath(new URL('./supervisor-fixture.ts', import.meta.url));
  const supervisor = spawn(process.execPath, [...tsxFlags(), entry, JSON.stringify({ dataDir, portBase })], {
    env: machineVariables(processVariables()),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(supervisor.stdout, 'data');
  const url = /DATABASE_URL=(.*)/.exec(readFileSync(join(dataDir, 'env'), 'utf8'))?.[1] as string;
  await query(url, 'create table kept (n int); insert into kept values (42)');
  const { processes } = recordIn(dataDir);
  expect(processes).toHaveLength(4);

  await expect(startStack({ dataDir, portBase, mode: 'start' })).rejects.toThrow(AlreadyRunning);
  supervisor.kill('SIGKILL');
  await waitFor('the end of every process', () => !processes.some(({ pid }) => isAlive(pid)), 30_000);

  const next = await start({ dataDir, portBase });
  expect(await query(next.urls.postgres, 'select n from kept')).toEqual([{ n: 42 }]);
}, 60_000);

test('a service that dies comes back, and the others do not notice', async () => {
  const lines: string[] = [];
  const stack = await start({ dataDir: temporaryFolder(), log: (line) => lines.push(line) });
  await query(stack.urls.postgres, 'create table kept (n int)');
  const before = stack.pid('postgres');
  await stack.kill('postgres');
  await stack.ready('postgres');
  expect(stack.pid('postgres')).not.toBe(before);
  expect(await query(stack.urls.postgres, 'select n from kept')).toEqual([]);
  expect(lines).toContain('postgres was ended by SIGKILL, starts again in 250 ms');
  expect(stack.services().filter(({ restarts }) => restarts > 0)).toHaveLength(1);
});

test('ports in use are all named, and nothing is left running', async () => {
  const running = await start({ dataDir: temporaryFolder() });
  const dataDir = temporaryFolder();
  const failure = await startStack({ dataDir, portBase: running.ports.edge, mode: 'start', apps: [] }).catch(
    (error: unknown) => error,
  );
  expect(failure).toBeInstanceOf(PortsTaken);
  const taken = (failure as PortsTaken).taken;
  expect(taken.map(({ service }) => service).sort()).toEqual(['edge', 'mail', 'postgres', 'smtp', 'sqs']);
  expect(taken.find(({ service }) => service === 'sqs')?.owner?.pid).toBe(running.pid('sqs'));
  // The folder is free again: another start, on other ports, goes through.
  await start({ dataDir });
});

test('--fresh begins anew, with new secrets', async () => {
  const dataDir = temporaryFolder();
  const first = await start({ dataDir });
  await query(first.urls.postgres, 'create table kept (n int)');
  await first.stop();
  const second = await start({ dataDir, fresh: true });
  expect(second.env['APP_SECRET']).not.toBe(first.env['APP_SECRET']);
  await expect(query(second.urls.postgres, 'select * from kept')).rejects.toThrow(/does not exist/);
});

test('a hurry kills what does not listen, and the database is still asked', async () => {
  const dataDir = temporaryFolder();
  const hurry = new AbortController();
  const deaf = (port: number) =>
    scriptProgram(`process.on('SIGTERM', () => {}); require('node:net').createServer().listen(${port}, '127.0.0.1')`, {
      stopWithinMs: 60_000,
    });
  const stack = await start({
    dataDir,
    hurry: hurry.signal,
    replaced: ({ sqs }) => ({
      sqs: {
        name: 'sqs',
        url: `http://127.0.0.1:${sqs}`,
        program: () => deaf(sqs),
        probe: async () => ({ ready: await accepts('127.0.0.1', sqs) }),
      },
    }),
  });
  const { processes } = recordIn(dataDir);
  const stopped = stack.stop();
  await waitFor('the stop to come to the deaf one', () => stack.pid('mail') === null);
  const begun = Date.now();
  hurry.abort();
  await stopped;
  expect(Date.now() - begun).toBeLessThan(10_000);
  expect(processes.filter(({ pid }) => isAlive(pid))).toEqual([]);
  expect(readFileSync(join(dataDir, 'logs', 'postgres.log'), 'utf8')).toContain('database system is shut down');
});

test('a start that is aborted stops what it had started', async () => {
  const dataDir = temporaryFolder();
  const abort = new AbortController();
  const starting = startStack({
    dataDir,
    portBase: 0,
    mode: 'start',
    apps: [],
    build: false,
    migrate: false,
    signal: abort.signal,
    env: { DATABASE_URL: 'postgres://127.0.0.1:1/none' },
    log: (line) => {
      if (line.startsWith('Waiting for Postgres at 127.0.0.1:1')) abort.abort(new Error('enough'));
    },
  });
  await expect(starting).rejects.toThrow('enough');
  expect(existsSync(join(dataDir, 'stack.json'))).toBe(false);
  expect(existsSync(join(dataDir, 'lock'))).toBe(false);
});
