import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestDatabase } from './database';
import { freePort, type SourceProcess, startFromSource } from './process';
import type { TestQueues } from './queues';

const APPS = ['api', 'gateway', 'relay', 'worker'] as const;
export type AppName = (typeof APPS)[number];

/** The product's own processes on a test's database and queues, from source. */
export interface TestApps<Name extends AppName = AppName> {
  /** Where each that was started listens, on 127.0.0.1. */
  readonly urls: Readonly<Record<Name, string>>;
  /** What a process has written so far. */
  output(app: Name): string;
  /** Asks all to end and waits for it. @throws Error with the output of one that did not end well */
  stop(): Promise<void>;
}

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** Starts them and waits until they are ready. Nobody takes their mail. */
export async function startApps<const Name extends AppName = AppName>(options: {
  readonly database: TestDatabase;
  readonly queues: TestQueues;
  readonly env?: Readonly<Record<string, string>>;
  /** @defaultValue all of them */
  readonly only?: readonly Name[];
}): Promise<TestApps<Name>> {
  const { database, queues, env = {}, only = APPS as readonly AppName[] as readonly Name[] } = options;
  const shared = {
    DATABASE_URL: database.url,
    AWS_ENDPOINT_URL_SQS: queues.endpoint,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    SQS_QUEUE_PREFIX: queues.prefix,
    SQS_WAIT_TIME_SECONDS: '1',
    PUBLIC_URL: 'http://localhost:4400',
    APP_SECRET: 'x'.repeat(32),
    SMTP_URL: 'smtp://127.0.0.1:1',
    HOST: '127.0.0.1',
    SHUTDOWN_TIMEOUT_MS: '8000',
    ...env,
  };
  const ports = await Promise.all(only.map(() => freePort()));
  const started = new Map<AppName, SourceProcess>();
  for (const [index, app] of only.entries())
    started.set(app, startFromSource(join(ROOT, 'apps', app), 'src/main.ts', { ...shared, PORT: `${ports[index]}` }));
  try {
    await Promise.all([...started.values()].map((process) => process.ready()));
  } catch (error) {
    for (const process of started.values()) process.kill();
    throw error;
  }
  return {
    urls: Object.fromEntries(
      only.map((app, index) => [app, `http://127.0.0.1:${ports[index]}`]),
    ) as TestApps<Name>['urls'],
    output: (app) => started.get(app)?.output() ?? '',
    async stop() {
      await Promise.all([...started.values()].map((process) => process.stop()));
      for (const process of started.values()) await process.ended();
    },
  };
}
