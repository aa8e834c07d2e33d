import { hostname } from 'node:os';
import { createDatabase } from '@skelly/db';
import { startHeartbeat, startStatusWatch } from '@skelly/domain/system';
import {
  createEventSystem,
  createNotifier,
  createSqsTransport,
  type Relay,
  startPartitioner,
  startRelay,
  startRetention,
} from '@skelly/events';
import {
  closeOnSignal,
  closeServer,
  createHealthServer,
  createLogger,
  createReadiness,
  hostOf,
  listen,
  runMain,
  waitForDependencies,
} from '@skelly/runtime';
import { readEnv } from './env';

runMain(async () => {
  const env = readEnv();
  const log = createLogger({ service: 'relay', level: env.LOG_LEVEL });
  const readiness = createReadiness();
  const database = createDatabase({
    url: env.DATABASE_URL,
    max: env.DATABASE_POOL_MAX,
    applicationName: 'skelly-relay',
    onConnectionError: (error) => log.warn({ err: error }, 'a database connection was lost'),
  });
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
  const health = createHealthServer(readiness);
  const now = () => new Date();
  let relay: Relay | undefined;
  let partitioner: { stop(): Promise<void> } | undefined;
  let retention: { stop(): Promise<void> } | undefined;
  let heartbeat: { stop(): Promise<void> } | undefined;
  let watch: { stop(): Promise<void> } | undefined;
  closeOnSignal({
    log,
    timeoutMs: env.SHUTDOWN_TIMEOUT_MS,
    steps: () => [
      { name: 'status', close: () => Promise.all([watch?.stop(), heartbeat?.stop()]) },
      { name: 'relay', close: async () => relay?.stop() },
      { name: 'hints', close: () => notifier.close() },
      { name: 'partitions', close: async () => partitioner?.stop() },
      { name: 'retention', close: async () => retention?.stop() },
      { name: 'health', close: () => closeServer(health) },
      { name: 'database', close: () => database.close() },
    ],
  });
  await listen(health, { host: env.HOST, port: env.PORT });
  // Not for SQS: the relay itself keeps trying, and a queue server that is away costs nothing but time.
  await waitForDependencies(
    [
      {
        name: `postgres at ${hostOf(env.DATABASE_URL)}`,
        probe: () => database.pool.query('select from event_outbox limit 0'),
      },
    ],
    { log, readiness },
  );
  heartbeat = startHeartbeat({
    db: database.pool,
    kind: 'relay',
    instance: `${hostname()}:${process.pid}`,
    readiness,
  });
  partitioner = startPartitioner({ database, log, now });
  retention = startRetention(
    { directUrl, log, now },
    {
      history: env.EVENT_HISTORY_RETENTION_DAYS,
      processingLog: env.EVENT_PROCESSING_LOG_RETENTION_DAYS,
      pushes: env.EVENT_PUSH_RETENTION_DAYS,
    },
  );
  if (!env.EVENT_SYSTEM_ENABLED) return log.warn('EVENT_SYSTEM_ENABLED is false: events stay in the outbox');
  watch = startStatusWatch({ events: createEventSystem({ database, notifier, now }), log });
  relay = startRelay(
    { database, directUrl, transport, notifier, log, now },
    {
      pollingIntervalMs: env.EVENT_OUTBOX_POLLING_INTERVAL,
      maxQueueDepth: env.EVENT_QUEUE_MAX_DEPTH,
      reconcileGraceSeconds: env.EVENT_RECONCILE_GRACE,
      visibilityTimeout: env.SQS_VISIBILITY_TIMEOUT,
    },
  );
  log.info('ready');
});
