import {
  createEventSystem,
  createNotifier,
  EventBus,
  type Middleware,
  type Notifier,
  standardMiddleware,
} from '@skelly/events';
import { createTestBackbone, type TestBackbone } from '@skelly/testkit';
import { catalog } from '@skelly/types/events';
import { sql } from 'drizzle-orm';

// #region measure
/** Measures every call of a handler. */
const measure: Middleware = async ({ handler, events }, next) => {
  const startedAt = performance.now();
  try {
    await next();
  } finally {
    console.log(`${handler.id} took ${events.length} events in ${performance.now() - startedAt} ms`);
  }
};
// #endregion

const now = () => new Date();
const userId = '0199a3f0-0000-7000-8000-000000000001';
let backbone: TestBackbone;
let notifier: Notifier;
let lines: string[];
beforeEach(async () => {
  lines = [];
  jest.spyOn(console, 'log').mockImplementation((line) => void lines.push(line));
  backbone = await createTestBackbone();
  notifier = createNotifier({ url: backbone.database.url, applicationName: 'test', onError: () => undefined });
  await backbone.database.pool.query('create table customer (id text)');
});
afterEach(async () => {
  jest.restoreAllMocks();
  await notifier.close();
  await backbone.close();
});

test('in a worker, with handlers by name', async () => {
  const { database } = backbone;
  const connect = () => backbone.queues.connect();
  // #region worker
  const system = createEventSystem({
    database,
    notifier,
    now,
    worker: { connect, name: 'worker', waitSeconds: 1, middleware: measure },
  });
  // #endregion
  // #region by-name
  const { emitEvent, registerEventHandler, bootstrapEventHandlers, startEventWorker } = system;

  registerEventHandler('user:registered', {
    module: 'customer_management',
    handler: async (event, work) => {
      await work.tx.execute(sql`insert into customer (id) values (${event.data.userId})`);
    },
    retryPolicy: { maxAttempts: 5 },
    timeout: 5_000,
    idempotencyKey: (event) => `customer-${event.data.userId}`,
  });

  await bootstrapEventHandlers();
  await startEventWorker();
  // #endregion
  await emitEvent('user:registered', { userId, requiresEmailVerification: true }, 'user');
  await backbone.drain();
  await system.stopEventWorker();
  expect((await database.pool.query('select id from customer')).rows).toEqual([{ id: userId }]);
  expect(lines).toEqual([expect.stringMatching(/^customer-management\.user-registered took 1 events in /)]);
});

test('on a bus', async () => {
  const { log } = backbone;
  const feed: string[] = [];
  // #region bus
  const bus = new EventBus({
    contracts: catalog,
    middleware: standardMiddleware({ log, timeoutMs: 5_000, own: [measure] }),
  });

  bus.subscribe({
    subscriberId: 'activity-feed',
    eventTypes: ['user:registered', 'room:*'],
    priority: 10,
    handler: (event) => feed.push(`${event.type} of ${event.subject}`),
  });

  await bus.publish({ type: 'user:registered', data: { userId, requiresEmailVerification: true } });
  // #endregion
  await bus.close();
  expect(feed).toEqual([`user:registered of user:${userId}`]);
  expect(lines).toEqual([expect.stringMatching(/^activity-feed took 1 events in /)]);
});
