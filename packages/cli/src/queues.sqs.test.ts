import { randomUUID } from 'node:crypto';
import { createEventSystem } from '@skelly/events';
import {
  createTestDatabase,
  createTestQueues,
  eventually,
  startFromSource,
  type TestDatabase,
  type TestQueues,
} from '@skelly/testkit';
import { createTestAdmin } from './testing/admin';
import { runSkelly } from './testing/run-skelly';

describe('skelly queues', () => {
  let database: TestDatabase;
  let queues: TestQueues;
  beforeAll(async () => {
    database = await createTestDatabase();
    queues = createTestQueues();
    await queues.ensureQueue('main');
    await database.pool.query(
      `insert into event_route (type, handler, queue, kind, since_position) values ('user:registered', 'notification.welcome', 'main', 'handle', 0)`,
    );
  });
  afterAll(async () => {
    await queues.drop();
    await database.drop();
  });
  afterEach(() => database.pool.query('delete from event_outbox'));

  const access = () => ({
    AWS_ENDPOINT_URL_SQS: queues.endpoint,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    SQS_QUEUE_PREFIX: queues.prefix,
  });
  const skelly = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
    runSkelly(database.url, ['queues', ...args], { ...access(), ...env });
  const emitMany = (count: number) => {
    const notifier = { committed: () => undefined, close: async () => undefined };
    const events = createEventSystem({ database, notifier, now: () => new Date() });
    const one = () => ({
      event: 'user:registered' as const,
      data: { userId: randomUUID(), requiresEmailVerification: true },
    });
    return events.emitEvents(Array.from({ length: count }, one), 'user');
  };
  const emit = async () => (await emitMany(1))[0] as string;
  const actions = async () =>
    (await database.pool.query('select action, target, reason from operator_action order by id')).rows;

  test('searches, and shows data to admins alone', async () => {
    const eventId = await emit();
    const found = await skelly(['search', eventId.slice(0, 13)]);
    expect(found).toEqual({
      code: 0,
      said: expect.stringMatching(/user:registered.*\nLooked at all 1 open deliveries\./),
    });
    expect((await skelly(['search', 'requiresEmailVerification'])).said).toMatch(/^Nothing is like that\.\n/);
    const { env } = await createTestAdmin(database);
    const { said } = await skelly(['search', 'requiresEmail', '--data', '--json'], env);
    expect(JSON.parse(said)).toMatchObject({
      looked: 1,
      isMore: false,
      found: [{ eventId, data: expect.any(Object) }],
    });
    expect(await actions()).toEqual([{ action: 'queues.search-data', target: null, reason: null }]);
  });

  test('looks into a dead-letter queue, moves it back, and empties the queue', async () => {
    await queues.send('main-dlq', ['{"a":1}', '{"a":2}', '{"a":3}']);
    const peeked = await skelly(['peek', 'main', '--dlq']);
    expect(peeked.said).toMatch(
      /unreadable: not_an_envelope[\s\S]*received and given back; each counts as one receive more\.\n$/,
    );
    expect(peeked.said).not.toContain('"a"');
    const moved = await skelly(['move', 'main-dlq', 'main', '--yes', '--json', '--reason', 'mended']);
    expect(JSON.parse(moved.said)).toEqual({ moved: 3, refused: 0, stopped: 'empty' });
    expect((await queues.depth('main')).visible).toBe(3);
    const purged = await skelly(['purge', 'main', '--yes', '--reason', 'nonsense']);
    expect(purged).toEqual({ code: 0, said: 'main is empty; what is unfinished is sent again by itself.\n' });
    expect((await queues.depth('main')).visible).toBe(0);
    const { said } = await skelly(['purge', 'main', '--discard', '--yes', '--json', '--reason', 'test data']);
    expect(JSON.parse(said)).toEqual({ queue: 'main', messages: 0, discarded: 1, stopped: false });
    expect((await skelly(['search', 'user:'])).said).toMatch(/^Nothing is like that\.\nLooked at all 0/);
    expect((await actions()).slice(1)).toEqual([
      { action: 'queues.move', target: 'main-dlq', reason: 'mended' },
      { action: 'queues.purge', target: 'main', reason: 'nonsense' },
      { action: 'queues.purge', target: 'main', reason: 'test data' },
    ]);
  });

  test('changes nothing when it was not asked clearly, and says what to do', async () => {
    await emit();
    await queues.send('main', ['{"a":1}']);
    const before = await actions();
    const refusals: [readonly string[], RegExp][] = [
      [
        ['purge', 'mainn', '--yes'],
        /There is no queue "mainn"\. Did you mean main\? There are: main\. Nothing was changed\./,
      ],
      [['move', 'main-dql', 'main', '--yes'], /There is no queue "main-dql"\. Did you mean main-dlq\?/],
      [['move', 'main', 'elsewhere', '--yes'], /There is no queue "elsewhere"/],
      [['move', 'main', 'main', '--yes'], /is moved nowhere/],
      [['move', 'query', 'main', '--yes'], /query has questions.*they are not moved/],
      [['peek', 'mian', '--dlq'], /There is no queue "mian-dlq"/],
      [['peek', 'main', '--dlq', '--limit', '101'], /--limit is a whole number from 1 to 100/],
      [
        ['purge', 'main'],
        /main has 1 messages, and its handlers have not finished 1 deliveries[\s\S]*sent again[\s\S]*add --yes\. Nothing was changed/,
      ],
      [['purge', 'main', '--json'], /--json asks nothing: add --yes/],
      [['purge', 'main', '--discard', '--yes'], /Say why/],
      [['move', 'main', 'main', '--rate', '0'], /--rate is a whole number from 1 to 1000/],
      [['search', 'x'], /Search for 2 to 200 characters/],
      [['search', 'user', '--data'], /SKELLY_OPERATOR/],
      [['purge', 'main', '--discrad'], /unknown option '--discrad'[\s\S]*--discard/],
    ];
    for (const [args, reason] of refusals) {
      expect({ args, ...(await skelly(args)) }).toEqual({ args, code: 1, said: expect.stringMatching(reason) });
    }
    expect((await queues.depth('main')).visible).toBe(1);
    expect(await queues.list()).toEqual(['main', 'main-dlq']);
    expect(await actions()).toEqual(before);
  });

  test('deletes nothing when giving up is broken off, and goes on with the next run', async () => {
    await emitMany(1_500);
    await queues.send('main', ['{"a":1}']);
    const { visible } = await queues.depth('main');
    const purge = ['purge', 'main', '--discard', '--yes', '--reason', 'a loop'];
    const blocking = await database.pool.connect();
    let child: ReturnType<typeof startFromSource>;
    let ended: Promise<number | null>;
    try {
      await blocking.query('begin');
      await blocking.query('lock table event_processing_log in exclusive mode');
      const env = { DATABASE_URL: database.url, ...access() };
      child = startFromSource(`${__dirname}/..`, 'src/main.ts', env, ['queues', ...purge]);
      await eventually(
        'the first batch waits',
        async () => {
          const { rows } = await database.pool.query(
            `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
          );
          return rows.length === 1;
        },
        { withinMs: 20_000 },
      );
      ended = child.stop();
    } finally {
      await blocking.query('rollback');
      blocking.release();
    }
    expect(await ended).toBe(1);
    const said = /^Broken off: (\d+) of (\d+) are given up, nothing was purged; run it again\.\n$/.exec(child.output());
    const [given, all] = [Number(said?.[1]), Number(said?.[2])];
    expect(given).toBeLessThan(all);
    expect((await queues.depth('main')).visible).toBe(visible);
    expect(await skelly(purge)).toEqual({ code: 0, said: `main is empty; ${all - given} deliveries are given up.\n` });
    expect((await queues.depth('main')).visible).toBe(0);
  }, 60_000);
});
