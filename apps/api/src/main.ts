import { hostname } from 'node:os';
import { createDatabase } from '@skelly/db';
import { createClientEventLimit, createClientEvents } from '@skelly/domain/client-event';
import { createPasswords } from '@skelly/domain/password';
import { startHeartbeat } from '@skelly/domain/system';
import { createEventSystem, createNotifier } from '@skelly/events';
import {
  closeOnSignal,
  closeServer,
  createLogger,
  createReadiness,
  deriveKey,
  hostOf,
  listen,
  runMain,
  waitForDependencies,
} from '@skelly/runtime';
import { createApi } from './create-api';
import { readEnv } from './env';
import { routes } from './routes';
import { createApiServer } from './server';

runMain(async () => {
  const env = readEnv();
  const log = createLogger({ service: 'api', level: env.LOG_LEVEL });
  const readiness = createReadiness();
  const onConnectionError = (error: Error) => log.warn({ err: error }, 'a database connection was lost');
  const database = createDatabase({
    url: env.DATABASE_URL,
    max: env.DATABASE_POOL_MAX,
    applicationName: 'skelly-api',
    onConnectionError,
  });
  const notifier = createNotifier({
    url: env.DATABASE_DIRECT_URL ?? env.DATABASE_URL,
    redisUrl: env.REDIS_URL,
    applicationName: 'skelly-api-hints',
    onError: (error) => log.warn({ err: error }, 'a hint was not sent; others find out by polling'),
  });
  const now = () => new Date();
  const events = createEventSystem({ database, notifier, now, maxPayloadBytes: env.EVENT_MAX_PAYLOAD_SIZE });

  const limit = createClientEventLimit({ perMinute: env.CLIENT_EVENTS_PER_MINUTE, now: Date.now });
  const clientEvents = createClientEvents({ events, limit, now });

  const api = createApi({
    services: { database, events, clientEvents, passwords: createPasswords(), now },
    routes,
    readiness,
    log,
    publicUrl: env.PUBLIC_URL,
    allowedOrigins: env.ALLOWED_ORIGINS ?? [new URL(env.PUBLIC_URL).origin],
    trustedProxies: env.TRUSTED_PROXIES ?? [],
    idempotencySecret: deriveKey(env.APP_SECRET, 'idempotency'),
    loginAttemptsPerMinute: env.LOGIN_ATTEMPTS_PER_MINUTE,
  });
  const server = createApiServer(api);
  let heartbeat: { stop(): Promise<void> } | undefined;
  closeOnSignal({
    log,
    timeoutMs: env.SHUTDOWN_TIMEOUT_MS,
    steps: () => [
      { name: 'heartbeat', close: async () => heartbeat?.stop() },
      { name: 'http', close: () => closeServer(server) },
      { name: 'hints', close: () => notifier.close() },
      { name: 'database', close: () => database.close() },
    ],
  });
  const port = await listen(server, { host: env.HOST, port: env.PORT });
  log.info({ port }, 'listening');
  await waitForDependencies(
    [{ name: `postgres at ${hostOf(env.DATABASE_URL)}`, probe: () => database.pool.query('select 1') }],
    { log, readiness },
  );
  heartbeat = startHeartbeat({
    db: database.pool,
    kind: 'api',
    instance: `${hostname()}:${process.pid}`,
    readiness,
  });
  log.info('ready');
});
