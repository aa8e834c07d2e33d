import { hostname } from 'node:os';
import { createDatabase, createDatabaseProbe } from '@skelly/db';
import { floorOf, watchSettings } from '@skelly/domain/setting';
import { startHeartbeat, startStatusWatch } from '@skelly/domain/system';
import {
  createEventSystem,
  createLagReader,
  createNotifier,
  createSqsTransport,
  eventLogFields,
  type Relay,
  startForgetting,
  startPartitioner,
  startRelay,
  startRetention,
} from '@skelly/events';
import {
  closeOnSignal,
  closeServer,
  countRelay,
  createInspectionServer,
  createLogger,
  createMetrics,
  createReadiness,
  createTracing,
  hostOf,
  listen,
  measureLag,
  measurePools,
  runMain,
  waitForDependencies,
  watchDependencies,
} from '@skelly/runtime';
import { readEnv } from './env';
import { traceSends } from './trace-sends';

runMain(async () => {
  const env = readEnv();
  const log = createLogger({ service: 'relay', level: env.LOG_LEVEL, context: eventLogFields });
  const instance = `${hostname()}:${process.pid}`;
  const tracing = await createTracing(env, { service: 'relay', instance, log });
  const readiness = createReadiness();
  const metrics = createMetrics({ readiness });
  const onConnectionError = (error: Error) => log.warn({ err: error }, 'a database connection was lost');
  const database = createDatabase({
    url: env.DATABASE_URL,
    max: env.DATABASE_POOL_MAX,
    applicationName: 'skelly-relay',
    onConnectionError,
  });
  const postgresProbe = createDatabaseProbe(
    { url: env.DATABASE_URL, applicationName: 'skelly-relay-probe', onConnectionError },
    'select from event_outbox limit 0',
  );
  const transport = createSqsTransport({
    endpoint: env.AWS_ENDPOINT_URL_SQS,
    region: env.AWS_REGION,
    prefix: env.SQS_QUEUE_PREFIX,
    visibilityTimeout: env.SQS_VISIBILITY_TIMEOUT,
    fastPath: env.SQS_FAST_PATH,
    onDoubt: (queue, why) =>
      log.warn({ queue, why }, 'SQS gave no plain answer; the SDK carries the queue for a while'),
  });
  const directUrl = env.DATABASE_DIRECT_URL ?? env.DATABASE_URL;
  const notifier = createNotifier({
    url: directUrl,
    redisUrl: env.REDIS_URL,
    applicationName: 'skelly-relay-hints',
    onError: (error) => log.warn({ err: error }, 'a hint was not sent; others find out by polling'),
  });
  const settings = watchSettings({
    database,
    directUrl,
    applicationName: 'skelly-relay-settings',
    floor: floorOf(env),
    log,
  });
  settings.onChange(() => {
    log.level = settings.current['log.level'];
    relay?.wake();
  });
  const now = () => new Date();
  const observe = countRelay(metrics);
  measurePools(metrics, { main: database.pool });
  measureLag(metrics, { read: createLagReader({ database, transport, now }), now: Date.now });
  const inspection = createInspectionServer({ readiness, metrics });
  let relay: Relay | undefined;
  let partitioner: { stop(): Promise<void> } | undefined;
  let retention: { stop(): Promise<void> } | undefined;
  let watching: { stop(): void } | undefined;
  let forgetting: { stop(): Promise<void> } | undefined;
  let heartbeat: { stop(): Promise<void> } | undefined;
  let watch: { stop(): Promise<void> } | undefined;
  closeOnSignal({
    log,
    timeoutMs: env.SHUTDOWN_TIMEOUT_MS,
    steps: () => [
      { name: 'watch', close: async () => watching?.stop() },
      { name: 'status', close: () => Promise.all([watch?.stop(), heartbeat?.stop()]) },
      { name: 'relay', close: () => Promise.all([relay?.stop(), settings.stop()]) },
      { name: 'hints', close: () => notifier.close() },
      { name: 'partitions', close: async () => partitioner?.stop() },
      { name: 'retention', close: () => Promise.all([retention?.stop(), forgetting?.stop()]) },
      { name: 'inspection', close: () => closeServer(inspection) },
      { name: 'database', close: () => Promise.all([database.close(), postgresProbe.close()]) },
      { name: 'traces', close: async () => tracing?.close() },
    ],
  });
  await listen(inspection, { host: env.HOST, port: env.PORT });
  // Not for SQS: the relay itself keeps trying, and a queue server that is away costs nothing but time.
  const dependencies = [
    {
      name: `postgres at ${hostOf(env.DATABASE_URL)}`,
      probe: () => postgresProbe.ask(),
    },
  ];
  await waitForDependencies(dependencies, { log, readiness });
  watching = watchDependencies(dependencies, { log, readiness });
  heartbeat = startHeartbeat({
    db: database.pool,
    kind: 'relay',
    instance,
    readiness,
  });
  await settings.read;
  partitioner = startPartitioner({ database, log, now });
  retention = startRetention(
    { directUrl, log, now },
    {
      history: env.EVENT_HISTORY_RETENTION_DAYS,
      processingLog: env.EVENT_PROCESSING_LOG_RETENTION_DAYS,
      pushes: env.EVENT_PUSH_RETENTION_DAYS,
    },
  );
  if (!env.EVENT_HISTORY_ENABLED) forgetting = startForgetting({ database, log });
  if (!env.EVENT_SYSTEM_ENABLED) return log.warn('EVENT_SYSTEM_ENABLED is false: events stay in the outbox');
  const events = createEventSystem({
    database,
    notifier,
    now,
    maxPayloadBytes: env.EVENT_MAX_PAYLOAD_SIZE,
    observe,
  });
  watch = startStatusWatch({ events, log });
  relay = startRelay(
    { database, directUrl, transport, notifier, log, now, observe, traceSent: tracing && traceSends(tracing) },
    {
      get pollingIntervalMs() {
        return settings.current['outbox.pollingIntervalMs'];
      },
      get maxQueueDepth() {
        return settings.current['queue.maxDepth'];
      },
      reconcileGraceSeconds: env.EVENT_RECONCILE_GRACE,
      visibilityTimeout: env.SQS_VISIBILITY_TIMEOUT,
    },
  );
  log.info('ready');
});
