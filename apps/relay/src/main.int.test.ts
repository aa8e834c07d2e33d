import { createTestDatabase, describeProcess, eventually, freePort, startFromSource } from '@skelly/testkit';

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
