import { hostname } from 'node:os';
import { createDatabase, createDatabaseProbe } from '@skelly/db';
import { floorOf, watchSettings } from '@skelly/domain/setting';
import { startHeartbeat, startStatusWatch } from '@skelly/domain/system';
import { createLedger, WalletService } from '@skelly/domain/wallet';
import {
  type Answering,
  composeMiddleware,
  createAsker,
  createEventSystem,
  createHandlerRegistry,
  createNotifier,
  createResponderRegistry,
  createSqsTransport,
  eventConfigFrom,
  eventLogFields,
  logCalls,
  QUERY_QUEUE,
  startAnswering,
  traceCalls,
} from '@skelly/events';
import {
  closeOnSignal,
  closeServer,
  countAsked,
  countTaken,
  countWalletEvents,
  countWorker,
  createInspectionServer,
  createLogger,
  createMetrics,
  createReadiness,
  createTracing,
  deriveKey,
  hostOf,
  listen,
  measurePools,
  runMain,
  waitForDependencies,
  watchDependencies,
} from '@skelly/runtime';
import { queries } from '@skelly/types/queries';
import { WalletEventType } from '@skelly/types/wallet';
import { readEnv } from './env';
import { createHandlers } from './handlers';
import { createSmtpMailer } from './mail/mailer';
import { createResponders } from './responders';
import { eventConfigOf } from './settings';

runMain(async () => {
  const env = readEnv();
  const log = createLogger({ service: 'worker', level: env.LOG_LEVEL, context: eventLogFields });
  const instance = `${hostname()}:${process.pid}`;
  const tracing = await createTracing(env, { service: 'worker', instance, log });
  const readiness = createReadiness();
  const metrics = createMetrics({ readiness });
  const now = () => new Date();
  const onConnectionError = (error: Error) => log.warn({ err: error }, 'a database connection was lost');
  const database = createDatabase({
    queryTimeoutMs: 60_000,
    url: env.DATABASE_URL,
    max: env.DATABASE_POOL_MAX,
    applicationName: 'skelly-worker',
    onConnectionError,
  });
  const postgresProbe = createDatabaseProbe(
    { url: env.DATABASE_URL, applicationName: 'skelly-worker-probe', onConnectionError },
    'select from event_route limit 0',
  );
  const notifier = createNotifier({
    url: env.DATABASE_DIRECT_URL ?? env.DATABASE_URL,
    redisUrl: env.REDIS_URL,
    applicationName: 'skelly-worker-hints',
    onError: (error) => log.warn({ err: error }, 'a hint was not sent; others find out by polling'),
  });
  const connect = () =>
    createSqsTransport({
      endpoint: env.AWS_ENDPOINT_URL_SQS,
      region: env.AWS_REGION,
      prefix: env.SQS_QUEUE_PREFIX,
      visibilityTimeout: env.SQS_VISIBILITY_TIMEOUT,
      fastPath: env.SQS_FAST_PATH,
      onDoubt: (queue, why) =>
        log.warn({ queue, why }, 'SQS gave no plain answer; the SDK carries the queue for a while'),
    });
  const settings = watchSettings({
    database,
    directUrl: env.DATABASE_DIRECT_URL ?? env.DATABASE_URL,
    applicationName: 'skelly-worker-settings',
    floor: floorOf(env),
    log,
  });
  const walletMetrics = countWalletEvents(metrics, Object.values(WalletEventType));
  const mailer = createSmtpMailer({ url: env.SMTP_URL, from: env.MAIL_FROM });
  const registry = createHandlerRegistry(
    createHandlers({
      mailer,
      database,
      verificationSecret: deriveKey(env.APP_SECRET, 'email verification'),
      publicUrl: env.PUBLIC_URL,
      wallets: new WalletService(createLedger({ now, log, metrics: walletMetrics })),
      keepsHistory: env.EVENT_HISTORY_ENABLED,
      now,
    }),
  );
  const observe = countWorker(
    metrics,
    registry.all.map(({ id }) => id),
    registry.queues,
  );
  measurePools(metrics, { main: database.pool });
  const transport = connect();
  const responders = createResponderRegistry(createResponders({ mailer }));
  const asker = createAsker({
    database,
    directUrl: env.DATABASE_DIRECT_URL ?? env.DATABASE_URL,
    transport,
    responders,
    log,
    observe: countAsked(
      metrics,
      Object.values(queries).map(({ type }) => type),
    ),
  });
  const taken = countTaken(
    metrics,
    responders.all.map(({ on }) => on.type),
  );
  const events = createEventSystem({
    database,
    notifier,
    now,
    log,
    observe,
    asker,
    config: eventConfigFrom(env),
    handlers: registry.all,
    worker: {
      connect,
      name: instance,
      waitSeconds: env.SQS_WAIT_TIME_SECONDS,
      visibilityTimeout: env.SQS_VISIBILITY_TIMEOUT,
      redisUrl: env.REDIS_URL,
      get concurrency() {
        return settings.current['worker.concurrency'];
      },
      observe,
      around: composeMiddleware([...(tracing ? [traceCalls(tracing)] : []), logCalls({ log })]),
    },
  });
  settings.onChange(() => {
    log.level = settings.current['log.level'];
    events.setEventConfig(eventConfigOf(settings.current));
  });

  const inspection = createInspectionServer({ readiness, metrics });
  let answering: Answering | undefined;
  let watching: { stop(): void } | undefined;
  let heartbeat: { stop(): Promise<void> } | undefined;
  let watch: { stop(): Promise<void> } | undefined;
  closeOnSignal({
    log,
    timeoutMs: env.SHUTDOWN_TIMEOUT_MS,
    steps: () => [
      { name: 'watch', close: async () => watching?.stop() },
      { name: 'status', close: () => Promise.all([watch?.stop(), heartbeat?.stop()]) },
      // What is left of the time is for giving back what did not end.
      {
        name: 'worker',
        close: async () => {
          const deadlineMs = env.SHUTDOWN_TIMEOUT_MS * 0.8;
          await Promise.all([events.stopEventWorker(deadlineMs), answering?.stop(deadlineMs)]);
          await asker.close();
        },
      },
      { name: 'queues', close: async () => transport.close() },
      { name: 'mail', close: async () => mailer.close() },
      { name: 'inspection', close: () => closeServer(inspection) },
      { name: 'hints', close: () => Promise.all([notifier.close(), settings.stop()]) },
      { name: 'database', close: () => Promise.all([database.close(), postgresProbe.close()]) },
      { name: 'traces', close: async () => tracing?.close() },
    ],
  });
  await listen(inspection, { host: env.HOST, port: env.PORT });
  const postgres = {
    name: `postgres at ${hostOf(env.DATABASE_URL)}`,
    probe: () => postgresProbe.ask(),
  };
  const sqs = env.AWS_ENDPOINT_URL_SQS ? `sqs at ${hostOf(env.AWS_ENDPOINT_URL_SQS)}` : 'sqs';
  const ensureQueues = () =>
    Promise.all([...registry.queues, QUERY_QUEUE].map((queue) => transport.ensureQueue(queue)));
  await waitForDependencies([postgres, { name: sqs, probe: ensureQueues }], { log, readiness });
  const [queue] = registry.queues as readonly [string];
  watching = watchDependencies([postgres, { name: sqs, probe: () => transport.depth(queue) }], { log, readiness });
  heartbeat = startHeartbeat({ db: database.pool, kind: 'worker', instance, readiness });
  if (!env.EVENT_SYSTEM_ENABLED) return log.warn('EVENT_SYSTEM_ENABLED is false: messages stay in their queues');
  await settings.read;
  // Relays watch as well: whichever kind is missed, the other says so.
  watch = startStatusWatch({ events, log });
  await events.bootstrapEventHandlers();
  await events.startEventWorker();
  answering = await startAnswering(
    { database, notifier, transport: connect(), responders, log, now, worker: instance, observe: taken },
    { waitSeconds: env.SQS_WAIT_TIME_SECONDS },
  );
  log.info({ handlers: registry.all.map((handler) => handler.id), queues: registry.queues }, 'ready');
});
