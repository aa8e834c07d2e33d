import { hostname } from 'node:os';
import { createDatabase } from '@skelly/db';
import { createClientEventLimit, createClientEvents } from '@skelly/domain/client-event';
import { membersAmong } from '@skelly/domain/room';
import { createSessionFinder, redeemLiveToken } from '@skelly/domain/session';
import { floorOf, watchSettings } from '@skelly/domain/setting';
import { startHeartbeat } from '@skelly/domain/system';
import { createEventSystem, createNotifier, eventLogFields } from '@skelly/events';
import {
  closeOnSignal,
  countEmits,
  createLogger,
  createMetrics,
  createReadiness,
  createTracing,
  measurePools,
  runMain,
  waitForDependencies,
} from '@skelly/runtime';
import { createSessionCheck } from './access/sessions';
import { readEnv } from './env';
import { createGateway } from './gateway';

async function main(): Promise<void> {
  const env = readEnv();
  const log = createLogger({ service: 'gateway', level: env.logLevel, context: eventLogFields });
  const instance = `${hostname()}:${process.pid}`;
  const tracing = await createTracing(env.tracing, { service: 'gateway', instance, log });
  const readiness = createReadiness();
  const metrics = createMetrics({ readiness });
  const connect = (max: number) =>
    createDatabase({
      url: env.databaseUrl,
      max,
      applicationName: 'skelly-gateway',
      onConnectionError: (error) => log.warn({ err: error }, 'an idle connection to Postgres broke'),
    });
  // Streams have connections of their own: a thousand clients that come back at once do not hold up those who are live.
  const shares = shareConnections(env.poolMax);
  const streams = connect(shares.streams);
  const database = connect(shares.sessions);
  // And so have the events of clients: while they cannot be written, sessions can be looked up.
  const written = connect(shares.events);
  measurePools(metrics, { streams: streams.pool, sessions: database.pool, events: written.pool });
  const notifier = createNotifier({
    url: env.directUrl,
    redisUrl: env.redisUrl,
    applicationName: 'skelly-gateway-hints',
    onError: (error) => log.warn({ err: error }, 'a hint was not sent; others find out by polling'),
  });
  const settings = watchSettings({
    database,
    directUrl: env.directUrl,
    applicationName: 'skelly-gateway-settings',
    floor: floorOf(env.floor),
    log,
  });
  settings.onChange(() => {
    log.level = settings.current['log.level'];
  });
  const now = () => new Date();
  const clientEvents = createClientEvents({
    events: createEventSystem({
      database: written,
      notifier,
      now,
      maxPayloadBytes: env.maxPayloadBytes,
      observe: countEmits(metrics),
    }),
    limit: createClientEventLimit({
      get perMinute() {
        return settings.current['clientEvents.perMinute'];
      },
      now: Date.now,
    }),
    now,
  });
  const gateway = createGateway({
    db: streams.pool,
    directUrl: env.directUrl,
    redisUrl: env.redisUrl,
    sessions: {
      find: createSessionFinder(database.queries).find,
      redeem: (token) => redeemLiveToken(database.queries, token),
      check: createSessionCheck({ db: database.pool }),
    },
    clientEvents,
    findMembers: (roomId, userIds) => membersAmong(database.queries, roomId, userIds),
    cookieName: env.cookieName,
    allowedOrigins: env.allowedOrigins,
    log,
    readiness,
    metrics,
    tracing,
    postgresName: env.postgresName,
  });
  let heartbeat: { stop(): Promise<void> } | undefined;
  closeOnSignal({
    log,
    timeoutMs: env.shutdownTimeoutMs,
    steps: () => [
      { name: 'heartbeat', close: async () => heartbeat?.stop() },
      { name: 'gateway', close: () => gateway.close() },
      { name: 'hints', close: () => Promise.all([notifier.close(), settings.stop()]) },
      { name: 'database', close: () => Promise.all([streams.close(), database.close(), written.close()]) },
      { name: 'traces', close: async () => tracing?.close() },
    ],
  });

  // Listens at once, so that health can be asked for; sockets are told to come back until Postgres answers.
  const port = await gateway.listen({ host: env.host, port: env.port });
  log.info({ port }, 'listening');
  const probe = () => database.pool.query('select epoch from push_epoch');
  await waitForDependencies([{ name: env.postgresName, probe }], { log, readiness });
  heartbeat = startHeartbeat({
    db: database.pool,
    kind: 'gateway',
    instance,
    readiness,
  });
  log.info('ready');
}

/** Half of a process' connections for streams, a quarter for events of clients, the rest for sessions: one each at least. */
function shareConnections(max: number): { streams: number; events: number; sessions: number } {
  const streams = Math.ceil(max / 2);
  const events = Math.max(1, Math.floor(max / 4));
  return { streams, events, sessions: Math.max(1, max - streams - events) };
}

runMain(main);
