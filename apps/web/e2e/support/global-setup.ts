import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startStack } from '@skelly/devstack';
import { createAdmin } from './admin';
import { givenTarget, isBuilt, publishTarget, queueServer } from './env';

/** Brings up a stack of its own, unless one was given, and an admin. The returned function takes it down. */
export default async function globalSetup(): Promise<() => Promise<void>> {
  const given = givenTarget();
  if (given) {
    publishTarget(given);
    await createAdmin();
    return async () => undefined;
  }
  const dataDir = await mkdtemp(join(tmpdir(), 'skelly-web-'));
  const stack = await startStack({
    dataDir,
    portBase: 0,
    mode: 'start',
    build: !isBuilt(),
    env: { SKELLY_ENV: 'local', ...queueServer() },
    log: (line) => console.log(line),
  });
  try {
    console.log(`Queues are on ${stack.urls.sqs}`);
    publishTarget({ baseUrl: stack.urls.public, mailUrl: stack.urls.mail ?? '', dataDir });
    await createAdmin();
  } catch (error) {
    await stack.stop();
    throw error;
  }
  return async () => {
    await stack.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
}
