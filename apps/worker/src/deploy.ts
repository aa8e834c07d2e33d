import { createDatabase, migrate } from '@skelly/db';
import {
  createHandlerRegistry,
  createSqsTransport,
  QUERY_QUEUE,
  registerRecurring,
  registerRoutes,
  retireOtherRoutes,
} from '@skelly/events';
import { createLogger, createReadiness, hostOf, runMain, waitForDependencies } from '@skelly/runtime';
import { readDeployEnv } from './env';
import { createHandlers, type HandlerPorts } from './handlers';
import { recurringSchedules } from './recurring';

/** Declaring handlers does not use their ports; running them would. */
const NO_PORTS = new Proxy({} as HandlerPorts, {
  get: (_ports, name) => {
    throw new Error(`The deploy step runs no handlers, so it has no ${String(name)}.`);
  },
});

/**
 * The deploy step: migrates, makes this version's handlers known to the relays, creates their queues and sets what recurs, before any
 * process of this version starts. Safe to repeat.
 */
runMain(async () => {
  const env = readDeployEnv();
  const log = createLogger({ service: 'deploy', level: env.LOG_LEVEL });
  const directUrl = env.DATABASE_DIRECT_URL ?? env.DATABASE_URL;
  const database = createDatabase({
    url: directUrl,
    max: 2,
    applicationName: 'skelly-deploy',
    onConnectionError: () => undefined,
  });
  const transport = createSqsTransport({
    endpoint: env.AWS_ENDPOINT_URL_SQS,
    region: env.AWS_REGION,
    prefix: env.SQS_QUEUE_PREFIX,
    visibilityTimeout: env.SQS_VISIBILITY_TIMEOUT,
  });
  const registry = createHandlerRegistry(createHandlers(NO_PORTS));
  await waitForDependencies(
    [
      { name: `postgres at ${hostOf(directUrl)}`, probe: () => database.pool.query('select 1') },
      {
        name: env.AWS_ENDPOINT_URL_SQS ? `sqs at ${hostOf(env.AWS_ENDPOINT_URL_SQS)}` : 'sqs',
        probe: () => Promise.all([...registry.queues, QUERY_QUEUE].map((queue) => transport.ensureQueue(queue))),
      },
    ],
    { log, readiness: createReadiness() },
  );
  await migrate({ url: directUrl, now: new Date() });
  await registerRoutes(database.queries, registry);
  // In production a route ends by an operator's command: another version's workers may still need it.
  const retired = env.SKELLY_ENV === 'local' ? await retireOtherRoutes(database.queries, registry) : [];
  const recurring = await registerRecurring(database.pool, recurringSchedules, {
    endOthers: env.SKELLY_ENV === 'local',
  });
  log.info(
    { handlers: registry.all.length, queues: registry.queues, retired, recurring },
    'migrated, routes and recurring events registered, queues created',
  );
  transport.close();
  await database.close();
});
