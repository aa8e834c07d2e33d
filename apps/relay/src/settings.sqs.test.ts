import { changeSettings } from '@skelly/domain/setting';
import { createEventSystem } from '@skelly/events';
import {
  createTestDatabase,
  createTestQueues,
  eventually,
  freePort,
  type SourceProcess,
  startFromSource,
  type TestDatabase,
  type TestQueues,
} from '@skelly/testkit';

/** What a process logs when it follows a change. */
const FOLLOWED = 'settings have changed';

describe('a change of settings, in processes that run', () => {
  let database: TestDatabase;
  let queues: TestQueues;
  const started: SourceProcess[] = [];
  beforeAll(async () => {
    database = await createTestDatabase();
    queues = createTestQueues();
  });
  afterAll(async () => {
    for (const child of started) child.kill();
    await Promise.all(started.map((child) => child.exit()));
    await queues.drop();
    await database.drop();
  });

  async function start(app: string, env: Readonly<Record<string, string>> = {}): Promise<SourceProcess> {
    const child = startFromSource(`${__dirname}/../../${app}`, 'src/main.ts', {
      DATABASE_URL: database.url,
      AWS_ENDPOINT_URL_SQS: queues.endpoint,
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      SQS_QUEUE_PREFIX: queues.prefix,
      SQS_WAIT_TIME_SECONDS: '1',
      HOST: '127.0.0.1',
      PORT: `${await freePort()}`,
      ...env,
    });
    started.push(child);
    await child.ready();
    return child;
  }

  test('reaches each of them, and a wrong value written by hand none', async () => {
    const local = { PUBLIC_URL: 'http://localhost:4400', APP_SECRET: 'x'.repeat(32) };
    // One after the other: four that begin at once leave nothing of two cores to who tests them.
    const all = [
      await start('relay'),
      await start('worker', { ...local, SMTP_URL: 'smtp://127.0.0.1:1' }),
      await start('gateway', local),
      await start('api', local),
    ];
    const notifier = { committed: () => undefined, close: async () => undefined };
    const events = createEventSystem({ database, notifier, now: () => new Date() });
    const set = (key: string, value: string | number) =>
      events.transaction((work) => changeSettings(work, { changes: [{ key, value }] }));

    await set('log.level', 'debug');
    await eventually('every process to say so', () => all.every((child) => child.output().includes(FOLLOWED)));

    await database.pool.query(`update setting set value = '"loud"' where key = 'log.level'`);
    await set('retry.maxAttempts', 9);
    await eventually('every process to go on', () =>
      all.every((child) => child.output().split(FOLLOWED).length === 3 && child.output().includes('are refused')),
    );
    for (const child of all) {
      expect(child.output()).toContain('must be one of trace, debug, info, warn, error, fatal, silent, not \\"loud\\"');
      expect(await child.stop()).toBe(0);
    }
  }, 90_000);
});
