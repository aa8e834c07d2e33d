import { join } from 'node:path';
import { isAlive, scriptProgram, temporaryFolder, waitFor } from '../test-support';
import { openLogFile } from './log-file';
import { type Backoff, createService, type Health, type Service } from './service';
import { createWarden } from './warden';

const FAST: Backoff = { firstMs: 10, maxMs: 40, healthyMs: 60_000 };
const ready: Health = { ready: true };
const open: Service[] = [];

function supervise(
  script: string,
  options: { probe?: () => Promise<Health>; backoff?: Backoff; stopWithinMs?: number } = {},
) {
  const lines: string[] = [];
  const service = createService(
    {
      name: 'api',
      url: 'http://127.0.0.1:0',
      program: () =>
        scriptProgram(script, options.stopWithinMs === undefined ? {} : { stopWithinMs: options.stopWithinMs }),
      probe: options.probe ?? (async () => ready),
    },
    {
      warden: createWarden(),
      logFile: openLogFile(join(temporaryFolder(), 'api.log')),
      log: (line) => lines.push(line),
      changed: () => {},
      backoff: options.backoff ?? FAST,
    },
  );
  open.push(service);
  return { service, lines };
}

const IDLE = 'setInterval(() => {}, 1000)';

afterEach(async () => {
  for (const service of open.splice(0)) await service.stop(0);
});

test('a service that is killed comes back as another process, and says so in one line each', async () => {
  const { service, lines } = supervise(IDLE);
  service.start();
  await service.ready();
  const first = service.process?.pid as number;
  await service.kill('SIGKILL');
  await service.ready();
  expect(service.restarts).toBe(1);
  expect(service.process?.pid).not.toBe(first);
  expect(isAlive(first)).toBe(false);
  expect(lines).toEqual(['api was ended by SIGKILL, starts again in 10 ms', 'api is back']);
});

test('the pause before a restart doubles up to its bound, and is short again after a healthy while', async () => {
  const { service, lines } = supervise(IDLE);
  service.start();
  for (let deaths = 1; deaths <= 4; deaths += 1) {
    await service.ready();
    await service.kill('SIGKILL');
    await waitFor('the restart', () => service.restarts === deaths);
  }
  expect(lines.filter((line) => line.includes('again')).map((line) => line.replace(/.* in /, ''))).toEqual([
    '10 ms',
    '20 ms',
    '40 ms',
    '40 ms',
  ]);

  const healthy = supervise(IDLE, { backoff: { ...FAST, healthyMs: 0 } });
  healthy.service.start();
  for (let deaths = 1; deaths <= 2; deaths += 1) {
    await healthy.service.ready();
    await healthy.service.kill('SIGKILL');
    await waitFor('the restart', () => healthy.service.restarts === deaths);
  }
  expect(healthy.lines.filter((line) => line.includes('again')).map((line) => line.replace(/.* in /, ''))).toEqual([
    '10 ms',
    '10 ms',
  ]);
});

test('one that dies three times before it answers fails with the end of its output', async () => {
  const { service } = supervise("console.error('APP_SECRET: is missing'); process.exit(1)", {
    probe: async () => ({ ready: false }),
  });
  service.start();
  await expect(service.ready()).rejects.toThrow(/api does not start: ended with status 1.*APP_SECRET: is missing/s);
  expect(service.state).toBe('stopped');
});

test('what it waits for is shown while it is not ready', async () => {
  let health: Health = { ready: false, waitingFor: ['postgres at 127.0.0.1:4410'] };
  const { service } = supervise(IDLE, { probe: async () => health });
  service.start();
  await waitFor('the reason', () => service.waitingFor.length > 0);
  expect(service.state).toBe('starting');
  expect(service.waitingFor).toEqual(['postgres at 127.0.0.1:4410']);
  health = ready;
  await service.ready();
  expect(service.waitingFor).toEqual([]);
});

test('stopping asks first, and kills the whole group of one that does not listen', async () => {
  const script = `const { spawn } = require('child_process'); process.on('SIGTERM', () => {});
    const child = spawn(process.execPath, ['--eval', "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000)"]); console.log('child', child.pid); ${IDLE}`;
  const { service } = supervise(script, { stopWithinMs: 200 });
  service.start();
  await service.ready();
  await waitFor('the child', () => service.log.tail(1)[0]?.startsWith('child ') ?? false);
  const pids = [service.process?.pid as number, Number(service.log.tail(1)[0]?.split(' ')[1])];
  await service.stop();
  await waitFor('the end of the group', () => !pids.some(isAlive));
  expect(service.state).toBe('stopped');
});

test('one that is stopped during its pause does not start again', async () => {
  const { service, lines } = supervise(IDLE, { backoff: { ...FAST, firstMs: 60_000 } });
  service.start();
  await service.ready();
  await service.kill('SIGKILL');
  await waitFor('the pause', () => service.state === 'restarting');
  await service.stop();
  expect(service.state).toBe('stopped');
  expect(lines).toHaveLength(1);
});

test('one that is stopped while it is being started ends all the same', async () => {
  // Every moment between the call and the process, a turn of promises each.
  for (let turns = 0; turns < 8; turns += 1) {
    const { service } = supervise(IDLE);
    service.start();
    for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
    await service.stop(0);
    expect(service.state).toBe('stopped');
    expect(service.process).toBeNull();
  }
});
