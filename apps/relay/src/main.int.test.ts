import {
  createTestDatabase,
  createTestQueues,
  describeProcess,
  eventually,
  freePort,
  startFromSource,
} from '@skelly/testkit';

describeProcess('relay', {
  folder: `${__dirname}/..`,
  env: {},
  broken: { PORT: 'many', SQS_QUEUE_PREFIX: 'not a name', EVENT_OUTBOX_POLLING_INTERVAL: '1' },
  waitsFor: ['postgres'],
});

test('with EVENT_SYSTEM_ENABLED=false the relay sends nothing, and still makes room for the events to come', async () => {
  const database = await createTestDatabase();
  const partitions = async () =>
    (
      await database.pool.query<{ name: string }>(
        `select inhrelid::regclass::text as name from pg_inherits where inhparent = 'event_history'::regclass order by 1 desc`,
      )
    ).rows.map(({ name }) => name);
  const [last] = await partitions();
  await database.pool.query(`drop table ${last}`);
  const relay = startFromSource(`${__dirname}/..`, 'src/main.ts', {
    EVENT_SYSTEM_ENABLED: 'false',
    DATABASE_URL: database.url,
    HOST: '127.0.0.1',
    PORT: `${await freePort()}`,
    SQS_QUEUE_PREFIX: 'nobody-',
  });
  try {
    await eventually('the partition', async () => (await partitions())[0] === last, { withinMs: 20_000 });
    expect(relay.output()).toContain('EVENT_SYSTEM_ENABLED is false: events stay in the outbox');
  } finally {
    await relay.stop();
  }
  await relay.ended();
  await database.drop();
});

test('with EVENT_HISTORY_ENABLED=false an event leaves the history when it is sent and all who handle it have', async () => {
  const database = await createTestDatabase();
  const queues = createTestQueues();
  const relay = startFromSource(`${__dirname}/..`, 'src/main.ts', {
    EVENT_HISTORY_ENABLED: 'false',
    EVENT_OUTBOX_POLLING_INTERVAL: '50',
    DATABASE_URL: database.url,
    HOST: '127.0.0.1',
    PORT: `${await freePort()}`,
    AWS_ENDPOINT_URL_SQS: queues.endpoint,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    SQS_QUEUE_PREFIX: queues.prefix,
  });
  const events = async () => (await database.pool.query<{ type: string }>('select type from event_history')).rows;
  try {
    await relay.ready();
    await database.pool.query(`
      with written as (
        insert into event_history (event_id, type, version, source_module, subject, data, actor, correlation_id, occurred_at)
        values (uuid_floor(now()), 'test:heard.by.nobody', 1, 'test', 'a:b', '{}', 'system', gen_random_uuid(), now()) returning event_id
      ) insert into event_outbox (event_id) select event_id from written`);
    await eventually('it is gone', async () => (await events()).length === 0, { withinMs: 20_000 });
  } finally {
    await relay.stop();
  }
  await queues.drop();
  await database.drop();
}, 60_000);
