import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { processVariables } from '../env';
import { machineVariables } from '../stack/environment';
import { portsFrom } from '../stack/ports';
import { temporaryFolder } from '../test-support';
import { composeUp, hasDockerEngine } from './compose';

const ports = portsFrom(5400);

/** A machine whose `docker` is a few lines of shell that write down how they were called. */
function machineWithDocker(script: string) {
  const folder = temporaryFolder();
  const calls = join(folder, 'calls');
  writeFileSync(
    join(folder, 'docker'),
    `#!/bin/sh\necho "$* [$SKELLY_POSTGRES_PORT $SKELLY_LOCALSTACK_PORT]" >> ${calls}\n${script}\n`,
  );
  chmodSync(join(folder, 'docker'), 0o755);
  const machine = machineVariables(processVariables());
  const env = { ...machine, PATH: `${folder}:${machine['PATH']}` };
  return { env, calls: () => (existsSync(calls) ? readFileSync(calls, 'utf8').trim().split('\n') : []) };
}

test('an engine is there when docker and its compose plugin answer', () => {
  expect(hasDockerEngine(machineWithDocker('exit 0').env)).toBe(true);
  expect(hasDockerEngine(machineWithDocker('exit 1').env)).toBe(false);
  expect(hasDockerEngine(machineWithDocker('test "$1" != compose').env)).toBe(false);
  expect(hasDockerEngine({ PATH: temporaryFolder() })).toBe(false);
});

test('the file is brought up on the ports of the stack, waited for, and stopped with its data kept', async () => {
  const { env, calls } = machineWithDocker('exit 0');
  const services = await composeUp({ ports, env, fresh: false });
  expect(services.env).toMatchObject({
    DATABASE_URL: 'postgres://skelly:skelly@127.0.0.1:5410/skelly',
    AWS_ENDPOINT_URL_SQS: 'http://127.0.0.1:5411',
    SMTP_URL: 'smtp://127.0.0.1:5412',
    REDIS_URL: 'redis://127.0.0.1:5414',
  });
  await services.stop();
  expect(calls()).toEqual([
    'compose --project-name skelly-5400 up --detach --wait [5410 5411]',
    'compose --project-name skelly-5400 stop [5410 5411]',
  ]);
});

test('beginning anew removes the volumes first', async () => {
  const { env, calls } = machineWithDocker('exit 0');
  await composeUp({ ports, env, fresh: true });
  expect(calls()[0]).toContain('down --volumes');
});

test('a compose that fails is an error', async () => {
  await expect(composeUp({ ports, env: machineWithDocker('exit 17').env, fresh: false })).rejects.toThrow(
    'docker compose up --detach --wait failed with status 17',
  );
});
