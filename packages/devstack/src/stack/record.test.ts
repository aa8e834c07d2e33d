import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { identify } from '../process/identity';
import { isAlive, temporaryFolder } from '../test-support';
import { createDataFolder, dataPaths } from './paths';
import { AlreadyRunning, lockFolder, type RecordedProcess, refuseSecond, stopLeftovers, writeRecord } from './record';

const children: ChildProcess[] = [];

async function sleeper(script = 'setInterval(() => {}, 1000)'): Promise<number> {
  const child = spawn(process.execPath, ['--eval', `${script}; console.log('up')`], {
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  children.push(child);
  await once(child.stdout as NonNullable<typeof child.stdout>, 'data');
  return child.pid as number;
}

function folder() {
  const paths = dataPaths(temporaryFolder());
  createDataFolder(paths);
  return paths;
}

function recordOf(...processes: Pick<RecordedProcess, 'name' | 'pid' | 'identity'>[]) {
  return {
    url: 'http://localhost:4400',
    mode: 'start',
    supervisor: {
      pid: 1,
      identity: null,
    },
    startedAt: '',
    processes: processes.map((entry) => ({
      ...entry,
      port: 0,
      url: '',
      startedAt: '',
      stopSignal: 'SIGTERM' as const,
    })),
  };
}

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

test('what an earlier run left is stopped, also when it ignores SIGTERM', async () => {
  const paths = folder();
  const [polite, stubborn] = [
    await sleeper(),
    await sleeper("process.on('SIGTERM', () => {}); setInterval(() => {}, 1000)"),
  ];
  writeRecord(
    paths,
    recordOf(
      { name: 'api', pid: polite, identity: identify(polite) },
      { name: 'worker', pid: stubborn, identity: identify(stubborn) },
    ),
  );
  expect(await stopLeftovers(paths, 300)).toEqual(['api', 'worker']);
  expect([polite, stubborn].map(isAlive)).toEqual([false, false]);
});

test('a stranger that was given the number of a recorded process is never touched', async () => {
  const paths = folder();
  const stranger = await sleeper();
  writeRecord(
    paths,
    recordOf(
      { name: 'api', pid: stranger, identity: 'an earlier boot:42' },
      { name: 'worker', pid: stranger, identity: null },
    ),
  );
  expect(await stopLeftovers(paths)).toEqual([]);
  expect(isAlive(stranger)).toBe(true);
});

test.each(['', '{', '[]', '{"processes": 3}'])('a record torn to %p is no obstacle', async (text) => {
  const paths = folder();
  writeFileSync(paths.stack, text);
  expect(await stopLeftovers(paths)).toEqual([]);
});

test('a folder is taken by one, and free after it was given back', () => {
  const paths = folder();
  const unlock = lockFolder(paths, 'http://localhost:4400');
  expect(() => lockFolder(paths, 'http://localhost:5400')).toThrow(AlreadyRunning);
  expect(() => lockFolder(paths, 'http://localhost:5400')).toThrow(/running already: http:\/\/localhost:4400/);
  unlock();
  lockFolder(paths, 'http://localhost:5400')();
});

test.each([
  ['a process that is gone', { pid: 2 ** 22 - 7, identity: 'gone:1', url: '' }],
  ['a stranger of the same number', { pid: process.pid, identity: 'an earlier boot:42', url: '' }],
  ['nobody knows whom', {}],
])('a lock of %s is taken over', (_, holder) => {
  const paths = folder();
  writeFileSync(paths.lock, JSON.stringify(holder));
  expect(() => lockFolder(paths, 'http://localhost:4400')()).not.toThrow();
});

test('who would do harm to a running stack is refused before, and nobody else', () => {
  const paths = folder();
  refuseSecond(paths);
  const unlock = lockFolder(paths, 'http://localhost:4400');
  expect(() => refuseSecond(paths)).toThrow(AlreadyRunning);
  unlock();
  refuseSecond(paths);
  writeFileSync(paths.lock, JSON.stringify({ pid: process.pid, identity: 'of another time', url: '' }));
  refuseSecond(paths);
});
