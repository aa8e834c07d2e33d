import { changeSettings } from '@skelly/domain/setting';
import { createEventSystem } from '@skelly/events';
import {
  type AppName,
  createTestDatabase,
  createTestQueues,
  eventually,
  startApps,
  type TestApps,
  type TestDatabase,
  type TestQueues,
} from '@skelly/testkit';

/** What a process logs when it follows a change. */
const FOLLOWED = 'settings have changed';
const ALL = ['relay', 'worker', 'gateway', 'api'] as const;

describe('a change of settings, in processes that run', () => {
  let database: TestDatabase;
  let queues: TestQueues;
  const apps = new Map<AppName, TestApps>();
  beforeAll(async () => {
    database = await createTestDatabase();
    queues = createTestQueues();
    // One after the other: four that begin at once leave nothing of two cores to who tests them.
    for (const app of ALL) apps.set(app, await startApps({ database, queues, only: [app] }));
  }, 90_000);
  afterAll(async () => {
    await Promise.all([...apps.values()].map((app) => app.stop()));
    await queues.drop();
    await database.drop();
  });

  test('reaches each of them, and a wrong value written by hand none', async () => {
    const output = (app: AppName) => apps.get(app)?.output(app) ?? '';
    const notifier = { committed: () => undefined, close: async () => undefined };
    const events = createEventSystem({ database, notifier, now: () => new Date() });
    const set = (key: string, value: string | number) =>
      events.transaction((work) => changeSettings(work, { changes: [{ key, value }] }));

    await set('log.level', 'debug');
    await eventually('every process to say so', () => ALL.every((app) => output(app).includes(FOLLOWED)));

    await database.pool.query(`update setting set value = '"loud"' where key = 'log.level'`);
    await set('retry.maxAttempts', 9);
    await eventually('every process to go on', () =>
      ALL.every((app) => output(app).split(FOLLOWED).length === 3 && output(app).includes('are refused')),
    );
    for (const app of ALL)
      expect(output(app)).toContain('must be one of trace, debug, info, warn, error, fatal, silent, not \\"loud\\"');
  });
});
