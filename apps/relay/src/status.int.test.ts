import { startHeartbeat, watchOnce } from '@skelly/domain/system';
import { createEventSystem, createNotifier, type EventSystem, type Notifier } from '@skelly/events';
import {
  createTestDatabase,
  createTestQueues,
  eventually,
  freePort,
  type SourceProcess,
  startFromSource,
  type TestDatabase,
} from '@skelly/testkit';

describe('the state of the system', () => {
  let database: TestDatabase;
  let notifier: Notifier;
  let events: EventSystem;
  beforeEach(async () => {
    database = await createTestDatabase({ max: 20 });
    notifier = createNotifier({ url: database.url, applicationName: 'test-hints', onError: () => undefined });
    events = createEventSystem({ database, notifier, now: () => new Date() });
  });
  afterEach(async () => {
    await notifier.close();
    await database.drop();
  });

  /** What the channel `system` has said, in order. */
  const said = async () =>
    (
      await database.pool.query<{ data: { state: string; parts: string[]; version: number } }>(
        `select data from push_message where channel = 'system' and type = 'system:health.changed' order by "offset"`,
      )
    ).rows.map(({ data }) => data);
  /** Lets the last look be so old that the next one counts. */
  const age = (seconds: number) =>
    database.pool.query(`update system_health set checked_at = now() - $1 * interval '1 second'`, [seconds]);
  const look = () => events.transaction(watchOnce);
  const beat = (kind: string, readySecondsAgo: number) =>
    database.pool.query(
      `insert into process_heartbeat (kind, instance, ready, ready_at) values ($1, 'x', true, now() - $2 * interval '1 second')
       on conflict (kind, instance) do update set ready_at = excluded.ready_at`,
      [kind, readySecondsAgo],
    );
  /** A look of a watcher that has been at it for long. */
  async function lookAgain() {
    await database.pool.query(`update system_health set watched_since = now() - interval '1 hour'`);
    await age(3);
    return look();
  }

  test('however many look at once, a change is one event', async () => {
    await look();
    await beat('worker', 30);
    await database.pool.query(`update system_health set watched_since = now() - interval '1 hour'`);
    await age(3);
    // Connections that are open already, so that all look in the same moment.
    await Promise.all(Array.from({ length: 12 }, () => database.pool.query('select pg_sleep(0.1)')));
    const looks = await Promise.all(Array.from({ length: 12 }, look));
    expect(looks.filter(Boolean)).toEqual([expect.objectContaining({ state: 'degraded', parts: ['worker'] })]);
    expect(await said()).toEqual([{ state: 'degraded', parts: ['worker'], version: 1, changedAt: expect.any(String) }]);
    const { rows } = await database.pool.query(`select data->'reasons' as reasons from event_history`);
    expect(rows).toEqual([{ reasons: [expect.stringMatching(/^No worker has been ready for 3\d s\.$/)] }]);
    expect(await lookAgain()).toBeUndefined();
  });

  test('measures dead letters, breakers and what waits', async () => {
    await look();
    await database.pool.query(`
      insert into event_dead_letter (queue, message_id, reason, error, body) select 'x', 'm' || n, 'r', 'e', 'b' from generate_series(1, 10) as n`);
    await database.pool.query(
      `insert into circuit_breaker (handler, worker, state, error, retry_at) values ('a.b', 'w', 'open', 'e', now())`,
    );
    await database.pool.query(
      `insert into event_outbox (event_id, created_at) values (gen_random_uuid(), now() - interval '1 minute')`,
    );
    expect(await lookAgain()).toMatchObject({ parts: ['handlers', 'errors'] });
    await database.pool.query(
      `update system_health set parts = jsonb_set(parts, '{delivery,turningSince}', '0', true)`,
    );
    expect(await lookAgain()).toMatchObject({ parts: ['delivery', 'handlers', 'errors'] });
  });

  test('blames nobody for a time in which nothing could be written, and tells pages that waited', async () => {
    await look();
    await beat('worker', 300);
    await age(60);
    expect(await look()).toMatchObject({ state: 'ok', version: 1 });
    await age(3);
    expect(await look()).toBeUndefined();
  });

  test('a process that ends in order is missed only when it was the last of its kind', async () => {
    const readiness = { waitingFor: [] };
    const start = (instance: string) => startHeartbeat({ db: database.pool, kind: 'api', instance, readiness });
    const instances = async () =>
      (await database.pool.query(`select instance from process_heartbeat order by 1`)).rows.map(
        ({ instance }) => instance,
      );
    const first = start('a');
    const second = start('b');
    await eventually('both', async () => (await instances()).length === 2);
    await first.stop();
    expect(await instances()).toEqual(['b']);
    await second.stop();
    expect(await instances()).toEqual(['b']);
  });

  describe('with processes', () => {
    const queues = createTestQueues();
    const running: SourceProcess[] = [];
    afterEach(async () => {
      await Promise.all(running.map((process) => process.stop()));
    });
    afterAll(() => queues.drop());

    async function start(app: 'relay' | 'worker'): Promise<SourceProcess> {
      const process = startFromSource(`${__dirname}/../../${app}`, 'src/main.ts', {
        DATABASE_URL: database.url,
        HOST: '127.0.0.1',
        PORT: `${await freePort()}`,
        AWS_ENDPOINT_URL_SQS: queues.endpoint,
        AWS_ACCESS_KEY_ID: 'local',
        AWS_SECRET_ACCESS_KEY: 'local',
        SQS_QUEUE_PREFIX: queues.prefix,
        ...(app === 'worker'
          ? { APP_SECRET: 'x'.repeat(40), SMTP_URL: 'smtp://127.0.0.1:1', PUBLIC_URL: 'http://x.test' }
          : {}),
      });
      running.push(process);
      await process.ready();
      return process;
    }

    test('a worker that is killed is missed within its lease, and no longer when another has come', async () => {
      await start('relay');
      const worker = await start('worker');
      await eventually('both are heard', async () => {
        const { rows } = await database.pool.query('select from process_heartbeat where ready');
        return rows.length === 2;
      });
      expect(await said()).toEqual([]);
      worker.kill();
      await eventually('the event', async () => (await said()).length > 0, { withinMs: 16_000 });
      expect(await said()).toMatchObject([{ state: 'degraded', parts: ['worker'], version: 1 }]);
      await start('worker');
      await eventually('the recovery', async () => (await said()).length > 1, { withinMs: 16_000 });
      expect(await said()).toMatchObject([{ version: 1 }, { state: 'ok', parts: [], version: 2 }]);
    }, 60_000);
  });
});
