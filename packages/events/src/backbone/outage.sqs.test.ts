import { createDatabase } from '@skelly/db';
import {
  createTestDatabase,
  createTestQueues,
  eventually,
  startTcpProxy,
  type TcpProxy,
  type TestDatabase,
  type TestQueues,
} from '@skelly/testkit';
import { sql } from 'drizzle-orm';
import { createEventSystem, type EventSystem } from '../event-system';
import { defineHandler } from '../handlers/handler';
import { createHandlerRegistry } from '../handlers/registry';
import { createNotifier } from '../hints/notifier';
import { startRelay } from '../relay/relay';
import { note, noted } from '../testing/contracts';
import { createTestLog } from '../testing/log';
import { createSqsTransport } from '../transport/sqs';
import { startWorker } from '../worker/worker';

/** Relay and worker reach Postgres and SQS by ways that the test cuts while they work. */
describe('while a server is away', () => {
  const EVENTS = 40;
  const log = createTestLog();
  const ignore = () => undefined;
  const now = () => new Date();
  let direct: TestDatabase;
  let queues: TestQueues;
  let postgres: TcpProxy;
  let sqs: TcpProxy;
  let events: EventSystem;
  const closing: (() => Promise<unknown>)[] = [];

  beforeEach(async () => {
    direct = await createTestDatabase({ max: 10 });
    await direct.pool.query('create table effects (note text)');
    queues = createTestQueues({ visibilityTimeout: 3 });
    postgres = await startTcpProxy(direct.url);
    sqs = await startTcpProxy(queues.endpoint);
    const emitHints = createNotifier({ url: direct.url, applicationName: 'test-hints', onError: ignore });
    events = createEventSystem({ database: direct, notifier: emitHints, now });

    const connect = (applicationName: string) =>
      createDatabase({ url: postgres.url, applicationName, onConnectionError: ignore });
    const transport = () =>
      createSqsTransport({ endpoint: sqs.url, region: 'us-east-1', prefix: queues.prefix, visibilityTimeout: 3 });
    const [relayDatabase, workerDatabase] = [connect('test-relay'), connect('test-worker')];
    const notifier = createNotifier({ url: postgres.url, applicationName: 'test-worker-hints', onError: ignore });
    const handler = defineHandler({
      id: 'test.effect',
      on: noted,
      async handle({ data }, work) {
        await work.tx.execute(sql`insert into effects values (${data.noteId})`);
        await work.tx.execute(sql`select pg_sleep(0.02)`);
      },
    });
    const worker = await startWorker(
      {
        database: workerDatabase,
        notifier,
        transport: transport(),
        registry: createHandlerRegistry({ 'test:noted': [handler] }),
        log,
        now,
        random: Math.random,
        worker: 'test',
        defaults: {
          timeoutMs: 10_000,
          retry: { maxAttempts: 2, backoffMs: 10, exponentialBackoff: false, jitter: false },
        },
      },
      { waitSeconds: 1, visibilityTimeout: 3, concurrency: 4 },
    );
    const relay = startRelay(
      { database: relayDatabase, directUrl: postgres.url, transport: transport(), notifier, log, now },
      { pollingIntervalMs: 200, reconcileGraceSeconds: 600 },
    );
    closing.push(
      () => relay.stop(),
      () => worker.stop(5_000),
      () => Promise.all([relayDatabase.close(), workerDatabase.close(), notifier.close(), emitHints.close()]),
    );
  });
  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
    await Promise.all([postgres.close(), sqs.close()]);
    await queues.drop();
    await direct.drop();
  });

  const count = async (table: string) =>
    (await direct.pool.query(`select count(*) as rows from ${table}`)).rows[0].rows as number;

  async function emitAll(): Promise<void> {
    await Promise.all(Array.from({ length: EVENTS }, (_, index) => events.emitEvent(noted, note(`n${index}`), 'test')));
  }

  async function everythingHappenedOnce(): Promise<void> {
    await eventually('every effect', async () => (await count('effects')) >= EVENTS, { withinMs: 30_000 });
    await eventually('an empty outbox', async () => (await count('event_outbox')) === 0);
    const { rows } = await direct.pool.query('select count(*) as all, count(distinct note) as notes from effects');
    expect(rows).toEqual([{ all: EVENTS, notes: EVENTS }]);
    expect(await count('event_attempt')).toBe(0);
    expect(await count('event_dead_letter')).toBe(0);
  }

  test('Postgres: polling pauses, nothing is charged, nothing lost, nothing twice', async () => {
    await emitAll();
    await eventually('some effects', async () => (await count('effects')) > 3);
    await postgres.cut();
    expect(await count('effects')).toBeLessThan(EVENTS);
    await eventually('the worker to notice', () =>
      log.lines.some(({ message }) => message.includes('Postgres is away')),
    );
    await postgres.restore();
    await everythingHappenedOnce();
  }, 60_000);

  test('SQS: events stay in the outbox, and go on when it is back', async () => {
    await sqs.cut();
    await emitAll();
    await eventually('the relay to notice', () =>
      log.lines.some(({ message }) => message.includes('did not take messages')),
    );
    expect(await count('event_outbox')).toBeGreaterThan(0);
    expect(await count('effects')).toBe(0);
    await sqs.restore();
    await everythingHappenedOnce();
  }, 60_000);
});
