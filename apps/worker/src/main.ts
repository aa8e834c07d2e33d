import { hostname } from 'node:os';
import { createDatabase } from '@skelly/db';
import { startHeartbeat, startStatusWatch } from '@skelly/domain/system';
import {
  createEventSystem,
  createHandlerRegistry,
  createNotifier,
  createSqsTransport,
  startWorker,
  type Worker,
} from '@skelly/events';
import {
  closeOnSignal,
  closeServer,
  createHealthServer,
  createLogger,
  createReadiness,
  deriveKey,
  hostOf,
  listen,
  runMain,
  waitForDependencies,
} from '@skelly/runtime';
import { readEnv } from './env';
import { createHandlers } from './handlers';
import { createSmtpMailer } from './mail/mailer';

runMain(async () => {
  const env = readEnv();
  const log = createLogger({ service: 'worker', level: env.LOG_LEVEL });
  const readiness = createReadiness();
  const now = () => new Date();
  const onConnectionError = (error: Error) => log.warn({ err: error }, 'a database connection was lost');
  const database = createDatabase({
    queryTimeoutMs: 60_000,
    url: env.DATABASE_URL,
    max: env.DATABASE_POOL_MAX,
    applicationName: 'skelly-worker',
    onConnectionError,
  });
  const notifier = createNotifier({
    url: env.DATABASE_DIRECT_URL ?? env.DATABASE_URL,
    redisUrl: env.REDIS_URL,
    applicationName: 'skelly-worker-hints',
    onError: (error) => log.warn({ err: error }, 'a hint was not sent; others find out by polling'),
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
  const mailer = createSmtpMailer({ url: env.SMTP_URL, from: env.MAIL_FROM });
  const registry = createHandlerRegistry(
    createHandlers({
      mailer,
      database,
      verificationSecret: deriveKey(env.APP_SECRET, 'email verification'),
      publicUrl: env.PUBLIC_URL,
      now,
    }),
  );

  const health = createHealthServer(readiness);
  let worker: Worker | undefined;
  let heartbeat: { stop(): Promise<void> } | undefined;
  let watch: { stop(): Promise<void> } | undefined;
  const instance = `${hostname()}:${process.pid}`;
  closeOnSignal({
    log,
    timeoutMs: env.SHUTDOWN_TIMEOUT_MS,
    steps: () => [
      { name: 'status', close: () => Promise.all([watch?.stop(), heartbeat?.stop()]) },
      // What is left of the time is for giving back what did not end.
      { name: 'worker', close: async () => worker?.stop(env.SHUTDOWN_TIMEOUT_MS * 0.8) },
      { name: 'mail', close: async () => mailer.close() },
      { name: 'health', close: () => closeServer(health) },
      { name: 'hints', close: () => notifier.close() },
      { name: 'database', close: () => database.close() },
    ],
  });
  await listen(health, { host: env.HOST, port: env.PORT });
  await waitForDependencies(
    [
      {
        name: `postgres at ${hostOf(env.DATABASE_URL)}`,
        probe: () => database.pool.query('select from event_route limit 0'),
      },
      {
        name: env.AWS_ENDPOINT_URL_SQS ? `sqs at ${hostOf(env.AWS_ENDPOINT_URL_SQS)}` : 'sqs',
        probe: () => Promise.all(registry.queues.map((queue) => transport.ensureQueue(queue))),
      },
    ],
    { log, readiness },
  );
  heartbeat = startHeartbeat({ db: database.pool, kind: 'worker', instance, readiness });
  if (!env.EVENT_SYSTEM_ENABLED) return log.warn('EVENT_SYSTEM_ENABLED is false: messages stay in their queues');
  // Relays watch as well: whichever kind is missed, the other says so.
  watch = startStatusWatch({ events: createEventSystem({ database, notifier, now }), log });
  worker = await startWorker(
    {
      database,
      notifier,
      transport,
      registry,
      log,
      now,
      random: Math.random,
      worker: instance,
      maxPayloadBytes: env.EVENT_MAX_PAYLOAD_SIZE,
      defaults: {
        timeoutMs: env.EVENT_DEFAULT_TIMEOUT,
        retry: {
          maxAttempts: env.EVENT_DEFAULT_MAX_RETRIES,
          backoffMs: env.EVENT_DEFAULT_BACKOFF_MS,
          exponentialBackoff: env.EVENT_EXPONENTIAL_BACKOFF,
          jitter: env.EVENT_BACKOFF_JITTER,
        },
      },
    },
    {
      waitSeconds: env.SQS_WAIT_TIME_SECONDS,
      visibilityTimeout: env.SQS_VISIBILITY_TIMEOUT,
      concurrency: env.WORKER_CONCURRENCY,
      breaker: {
        threshold: env.EVENT_CIRCUIT_BREAKER_THRESHOLD,
        windowMs: env.EVENT_CIRCUIT_BREAKER_TIME_WINDOW,
        recoveryMs: env.EVENT_CIRCUIT_BREAKER_RECOVERY_TIMEOUT,
      },
    },
  );
  log.info({ handlers: registry.all.map((handler) => handler.id), queues: registry.queues }, 'ready');
});
