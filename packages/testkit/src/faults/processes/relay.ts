import { createDatabase } from '@skelly/db';
import { createNotifier, createSqsTransport, type Relay, startRelay } from '@skelly/events';
import { closeOnSignal, createLogger, createReadiness, runMain, waitForDependencies } from '@skelly/runtime';
import { findFaultContract } from '../contracts';
import { readEnv } from './env';
import { sabotageDatabase } from './sabotage';

/** A relay as apps/relay runs it, named, and sabotaged when it is told to be. */
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
  const directUrl = env.DATABASE_DIRECT_URL ?? env.DATABASE_URL;
  const notifier = createNotifier({
    url: directUrl,
    applicationName: `${env.FAULTS_NAME}-hints`,
    onError: onConnectionError,
  });
  const transport = createSqsTransport({
    endpoint: env.AWS_ENDPOINT_URL_SQS,
    region: env.AWS_REGION,
    prefix: env.SQS_QUEUE_PREFIX,
    visibilityTimeout: env.SQS_VISIBILITY_TIMEOUT,
  });
  let relay: Relay | undefined;
  closeOnSignal({
    log,
    timeoutMs: env.SHUTDOWN_TIMEOUT_MS,
    steps: () => [
      { name: 'relay', close: async () => relay?.stop() },
      { name: 'hints', close: () => notifier.close() },
      { name: 'database', close: () => database.close() },
    ],
  });
  await waitForDependencies([{ name: 'postgres', probe: () => database.pool.query('select 1') }], {
    log,
    readiness: createReadiness(),
  });
  relay = startRelay(
    { database, directUrl, notifier, transport, findContract: findFaultContract, log, now: () => new Date() },
    {
      pollingIntervalMs: env.EVENT_OUTBOX_POLLING_INTERVAL,
      reconcileGraceSeconds: env.FAULTS_RECONCILE_GRACE,
      visibilityTimeout: env.SQS_VISIBILITY_TIMEOUT,
    },
  );
  log.info('ready');
});
