import { hostname } from 'node:os';
import { createDatabase, createDatabaseProbe } from '@skelly/db';
import { createClientEventLimit, createClientEvents } from '@skelly/domain/client-event';
import { createPasswords } from '@skelly/domain/password';
import { createTestProvider } from '@skelly/domain/payment';
import { floorOf, watchSettings } from '@skelly/domain/setting';
import { startHeartbeat } from '@skelly/domain/system';
import { BalanceSnapshotCache, createBalances, createLedger, limitsFor, WalletService } from '@skelly/domain/wallet';
import { createEventSystem, createNotifier, eventLogFields } from '@skelly/events';
import {
  closeOnSignal,
  closeServer,
  countEmits,
  countWalletEvents,
  createLogger,
  createMetrics,
  createReadiness,
  createTracing,
  deriveKey,
  hostOf,
  listen,
  measureBalanceCache,
  measurePools,
  runMain,
  waitForDependencies,
  watchDependencies,
} from '@skelly/runtime';
import { WalletEventType } from '@skelly/types/wallet';
import { createApi } from './create-api';
import { readEnv } from './env';
import { deliverTo } from './payments/deliver';
import { routes } from './routes';
import { createApiServer } from './server';

runMain(async () => {
  const env = readEnv();
  const log = createLogger({ service: 'api', level: env.LOG_LEVEL, context: eventLogFields });
  const instance = `${hostname()}:${process.pid}`;
  const tracing = await createTracing(env, { service: 'api', instance, log });
  const readiness = createReadiness();
  const metrics = createMetrics({ readiness });
  const onConnectionError = (error: Error) => log.warn({ err: error }, 'a database connection was lost');
  const database = createDatabase({
    url: env.DATABASE_URL,
    max: env.DATABASE_POOL_MAX,
    applicationName: 'skelly-api',
    onConnectionError,
  });
  const postgresProbe = createDatabaseProbe({
    url: env.DATABASE_URL,
    applicationName: 'skelly-api-probe',
    onConnectionError,
  });
  measurePools(metrics, { main: database.pool });
  const notifier = createNotifier({
    url: env.DATABASE_DIRECT_URL ?? env.DATABASE_URL,
    redisUrl: env.REDIS_URL,
    applicationName: 'skelly-api-hints',
    onError: (error) => log.warn({ err: error }, 'a hint was not sent; others find out by polling'),
  });
  const now = () => new Date();
  const cache = new BalanceSnapshotCache();
  measureBalanceCache(metrics, () => cache.use());
  const balances = createBalances({
    database,
    cache,
    onError: (error) => log.warn({ err: error }, 'balances cannot be followed now; each is read until they can'),
  });
  const events = createEventSystem({
    database,
    notifier: balances.listenTo(notifier),
    now,
    maxPayloadBytes: env.EVENT_MAX_PAYLOAD_SIZE,
    observe: countEmits(metrics),
  });

  const settings = watchSettings({
    database,
    directUrl: env.DATABASE_DIRECT_URL ?? env.DATABASE_URL,
    applicationName: 'skelly-api-settings',
    floor: floorOf(env),
    log,
  });
  settings.onChange(() => {
    log.level = settings.current['log.level'];
  });
  const limit = createClientEventLimit({
    get perMinute() {
      return settings.current['clientEvents.perMinute'];
    },
    now: Date.now,
  });
  const clientEvents = createClientEvents({ events, limit, now });
  const walletMetrics = countWalletEvents(metrics, Object.values(WalletEventType));
  const ledger = createLedger({
    events,
    database,
    now,
    log,
    metrics: walletMetrics,
  });

  if (env.PAYMENT_PROVIDER === 'test' && env.SKELLY_ENV === 'production')
    log.warn('the test provider takes no money: whoever tops up here gets it for nothing');
  const payments =
    env.PAYMENT_PROVIDER === 'test'
      ? createTestProvider({
          secret: deriveKey(env.APP_SECRET, 'test payments'),
          now,
          deliver: deliverTo(() => server),
        })
      : null;

  const api = createApi({
    services: {
      database,
      events,
      clientEvents,
      passwords: createPasswords(),
      wallets: new WalletService(ledger),
      balances,
      limitsFor: (role) => limitsFor(role, settings.current),
      payments,
      now,
    },
    routes,
    readiness,
    metrics,
    tracing,
    log,
    publicUrl: env.PUBLIC_URL,
    allowedOrigins: env.ALLOWED_ORIGINS ?? [new URL(env.PUBLIC_URL).origin],
    trustedProxies: env.TRUSTED_PROXIES ?? [],
    idempotencySecret: deriveKey(env.APP_SECRET, 'idempotency'),
    loginAttemptsPerMinute: () => settings.current['login.attemptsPerMinute'],
  });
  const server = createApiServer(api);
  let heartbeat: { stop(): Promise<void> } | undefined;
  let watching: { stop(): void } | undefined;
  closeOnSignal({
    log,
    timeoutMs: env.SHUTDOWN_TIMEOUT_MS,
    steps: () => [
      { name: 'watch', close: async () => watching?.stop() },
      { name: 'heartbeat', close: async () => heartbeat?.stop() },
      { name: 'http', close: () => closeServer(server) },
      { name: 'hints', close: () => Promise.all([notifier.close(), settings.stop(), balances.close()]) },
      { name: 'database', close: () => Promise.all([database.close(), postgresProbe.close()]) },
      { name: 'traces', close: async () => tracing?.close() },
    ],
  });
  const port = await listen(server, { host: env.HOST, port: env.PORT });
  log.info({ port }, 'listening');
  const dependencies = [{ name: `postgres at ${hostOf(env.DATABASE_URL)}`, probe: () => postgresProbe.ask() }];
  await waitForDependencies(dependencies, { log, readiness });
  watching = watchDependencies(dependencies, { log, readiness });
  heartbeat = startHeartbeat({
    db: database.pool,
    kind: 'api',
    instance,
    readiness,
  });
  log.info('ready');
});
