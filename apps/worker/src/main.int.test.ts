import {
  createTestDatabase,
  createTestQueues,
  describeProcess,
  eventually,
  freePort,
  startFromSource,
} from '@skelly/testkit';

describeProcess('worker', {
  folder: `${__dirname}/..`,
  env: {
    PUBLIC_URL: 'http://localhost:4400',
    APP_SECRET: 'x'.repeat(32),
    // Nobody answers there, and nobody has to until there is a mail to send.
    SMTP_URL: 'smtp://127.0.0.1:1',
    SQS_WAIT_TIME_SECONDS: '1',
  },
  broken: { PORT: 'many', SMTP_URL: 'http://mail', MAIL_FROM: 'Skelly', WORKER_CONCURRENCY: '0' },
  waitsFor: ['postgres', 'sqs'],
});

test('with EVENT_SYSTEM_ENABLED=false the worker leaves messages in their queues', async () => {
  const database = await createTestDatabase();
  const queues = createTestQueues();
  const worker = startFromSource(`${__dirname}/..`, 'src/main.ts', {
    EVENT_SYSTEM_ENABLED: 'false',
    DATABASE_URL: database.url,
    HOST: '127.0.0.1',
    PORT: `${await freePort()}`,
    AWS_ENDPOINT_URL_SQS: queues.endpoint,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    SQS_QUEUE_PREFIX: queues.prefix,
    PUBLIC_URL: 'http://localhost:4400',
    APP_SECRET: 'x'.repeat(32),
    SMTP_URL: 'smtp://127.0.0.1:1',
  });
  try {
    await eventually('it says so', () => worker.output().includes('EVENT_SYSTEM_ENABLED is false'), {
      withinMs: 20_000,
    });
    expect((await database.pool.query('select from event_route')).rows).toEqual([]);
  } finally {
    await worker.stop();
  }
  await worker.ended();
  await queues.drop();
  await database.drop();
}, 60_000);
