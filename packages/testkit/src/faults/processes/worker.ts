import { createDatabase } from '@skelly/db';
import { createHandlerRegistry, createNotifier, createSqsTransport, startWorker, type Worker } from '@skelly/events';
import { closeOnSignal, createLogger, createReadiness, runMain, waitForDependencies } from '@skelly/runtime';
import { createFaultHandlers } from '../handlers';
import { connectRecorder } from '../recorder';
import { readEnv } from './env';
import { sabotageDatabase, sabotageTransport } from './sabotage';

/** A worker as apps/worker runs it, with the run's handlers, named, and sabotaged when it is told to be. */
runMain(async () => {
  const env = readEnv();
  const log = createLogger({ service: env.FAULTS_NAME, level: env.LOG_LEVEL });
  const onConnectionError = (error: Error) => log.warn({ err: error }, 'a database connection was lost');
  const database = sabotageDatabase(
    createDatabase({
      url: env.DATABASE_URL,
      max: env.DATABASE_POOL_MAX,
      applicationName: env.FAULTS_NAME,
      onConnectionError,
    }),
    env.FAULTS_SABOTAGE,
  );
  const notifier = createNotifier({
    url: env.DATABASE_DIRECT_URL ?? env.DATABASE_URL,
    applicationName: `${env.FAULTS_NAME}-hints`,
    onError: onConnectionError,
  });
  const transport = sabotageTransport(
    createSqsTransport({
      endpoint: env.AWS_ENDPOINT_URL_SQS,
      region: env.AWS_REGION,
      prefix: env.SQS_QUEUE_PREFIX,
      visibilityTimeout: env.SQS_VISIBILITY_TIMEOUT,
    }),
    env.FAULTS_SABOTAGE,
  );
  const registry = createHandlerRegistry(createFaultHandlers(connectRecorder(env.FAULTS_RECORDER_URL)));
  let worker: Worker | undefined;
  closeOnSignal({
    log,
    timeoutMs: env.SHUTDOWN_TIMEOUT_MS,
    steps: () => [
      { name: 'worker', close: async () => worker?.stop(env.SHUTDOWN_TIMEOUT_MS * 0.8) },
      { name: 'hints', close: () => notifier.close() },
      { name: 'database', close: () => database.close() },
    ],
  });
  await waitForDependencies(
    [
      { name: 'postgres', probe: () => database.pool.query('select 1') },
      { name: 'sqs', probe: () => Promise.all(registry.queues.map((queue) => transport.ensureQueue(queue))) },
    ],
    { log, readiness: createReadiness() },
  );
  worker = await startWorker(
    {
      database,
      notifier,
      transport,
      registry,
      log,
      now: () => new Date(),
      random: Math.random,
      worker: `${env.FAULTS_NAME}:${process.pid}`,
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
      breaker: {
        threshold: env.EVENT_CIRCUIT_BREAKER_THRESHOLD,
        windowMs: env.EVENT_CIRCUIT_BREAKER_TIME_WINDOW,
        recoveryMs: env.EVENT_CIRCUIT_BREAKER_RECOVERY_TIMEOUT,
      },
    },
  );
  log.info({ handlers: registry.all.map(({ id }) => id), queues: registry.queues }, 'ready');
});
