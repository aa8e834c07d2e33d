import { randomUUID } from 'node:crypto';
import { createEventSystem, createNotifier } from '@skelly/events';
import {
  createTestDatabase,
  createTestQueues,
  eventually,
  startApps,
  type TestApps,
  type TestDatabase,
  type TestQueues,
} from '@skelly/testkit';
import { runSkelly } from './testing/run-skelly';

const EVENTS = 1_000;
const HANDLER = 'ui.count-interactions';

/** What an operator does by the command line alone, beside the product's own relay and worker. */
describe('a handler that broke', () => {
  let database: TestDatabase;
  let queues: TestQueues;
  let apps: TestApps<'worker' | 'relay'>;

  beforeAll(async () => {
    database = await createTestDatabase();
    queues = createTestQueues();
    apps = await startApps({
      database,
      queues,
      only: ['worker', 'relay'],
      // Each dies at its first try, and none waits behind the breaker meanwhile.
      env: { EVENT_DEFAULT_MAX_RETRIES: '1', EVENT_CIRCUIT_BREAKER_THRESHOLD: '10000' },
    });
  }, 60_000);
  afterAll(async () => {
    await apps.stop();
    await queues.drop();
    await database.drop();
  });

  const skelly = (...args: readonly string[]) => runSkelly(database.url, args);
  const rows = async (text: string) => (await database.pool.query(text)).rows;
  const counted = async () =>
    (await rows('select coalesce(sum(value), 0)::int as value from analytics_counter'))[0].value;
  const dead = async () => (await rows('select from event_dead_letter where resolved_at is null')).length;

  async function emit(): Promise<void> {
    const notifier = createNotifier({ url: database.url, applicationName: 'test', onError: () => undefined });
    const events = createEventSystem({ database, notifier, now: () => new Date() });
    await events.emitEvents(
      Array.from({ length: EVENTS }, () => ({
        event: 'ui:interaction' as const,
        data: { userId: randomUUID(), sessionId: randomUUID(), name: 'page.viewed' as const, page: '/' },
      })),
      'ui',
    );
    await notifier.close();
  }

  test('is found out about, mended, tried and retried, and the sums are exact', async () => {
    await rows(
      `create function refuse() returns trigger language plpgsql as $$ begin raise exception 'the counter of % is closed', new.day; end $$`,
    );
    await rows('create trigger refuse before insert on analytics_counter for each row execute function refuse()');
    await emit();
    await eventually('all are dead', async () => (await dead()) === EVENTS, { withinMs: 90_000 });

    const causes = JSON.parse((await skelly('dlq', 'list', '--json')).said);
    expect(causes).toEqual([
      expect.objectContaining({
        count: EVENTS,
        handler: HANDLER,
        error: expect.stringMatching(/the counter of .* is closed/),
      }),
    ]);
    const [{ fingerprint }] = causes;
    const retry = (...args: readonly string[]) =>
      skelly('dlq', 'retry', '--fingerprint', fingerprint, ...args, '--json');

    const broken = await retry('--dry-run');
    expect(JSON.parse(broken.said)).toMatchObject({
      tried: EVENTS,
      worked: 0,
      failed: EVENTS,
      failures: [{ fingerprint, count: EVENTS }],
    });
    expect(broken.code).toBe(1);

    await rows('drop trigger refuse on analytics_counter');
    const mended = await retry('--dry-run');
    expect(JSON.parse(mended.said)).toMatchObject({
      tried: EVENTS,
      worked: EVENTS,
      failed: 0,
      rows: [{ table: 'analytics_counter' }],
      failures: [],
    });
    expect(mended.code).toBe(0);
    expect({ counted: await counted(), dead: await dead() }).toEqual({ counted: 0, dead: EVENTS });

    const retried = await retry('--rate', '1000', '--reason', 'the counter is open again', '--yes');
    expect(JSON.parse(retried.said)).toMatchObject({
      total: EVENTS,
      sent: EVENTS,
      finished: EVENTS,
      failedAgain: 0,
      left: 0,
    });
    expect(retried.code).toBe(0);
    expect({ counted: await counted(), dead: await dead() }).toEqual({ counted: EVENTS, dead: 0 });

    const again = await skelly(
      'replay',
      '--type',
      'ui:interaction',
      '--since',
      '1h',
      '--again',
      '--rate',
      '1000',
      '--yes',
      '--json',
    );
    expect(JSON.parse(again.said)).toMatchObject({
      state: 'finished',
      sent: EVENTS,
      finished: EVENTS,
      failed: 0,
      open: 0,
    });
    expect(await counted()).toBe(2 * EVENTS);
  }, 240_000);
});
