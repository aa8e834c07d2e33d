import { randomUUID } from 'node:crypto';
import type { EventEmitter } from 'node:events';
import { createServer } from 'node:http';
import type { ClientEvents } from '@skelly/domain/client-event';
import { createFollower } from '@skelly/events/follow';
import {
  closeServer,
  handleInspection,
  type Logger,
  listen,
  type Metrics,
  type Readiness,
  type TraceSpan,
  type Tracing,
} from '@skelly/runtime';
import { LOG_CHANNEL } from '@skelly/types/live';
import { roomMemberLeft } from '@skelly/types/room';
import { userLoggedOut, userRoleChanged } from '@skelly/types/user';
import type pg from 'pg';
import { acceptSocket } from './accept';
import { roomOf } from './access/authorise';
import { createRevocationWatch } from './access/revocations';
import { createRoomAccess, type FindMembers } from './access/room-access';
import { createRoomWatch } from './access/room-watch';
import type { Sessions } from './access/sessions';
import { boundQueries } from './bounded-queries';
import { createConnections } from './connection/connections';
import { createFrameJoiner } from './connection/frame-joiner';
import { createCounts, measureGateway } from './counts';
import { listenForHints } from './hints/listen';
import { decodePushHint } from './hints/push-hints';
import { createEpochWatch } from './hub/epoch-watch';
import { createHub } from './hub/hub';
import { createLogSource } from './hub/log-source';
import { createPushSource } from './hub/push-source';
import { bringForward, PUSHED, type PushedRow } from './hub/pushed';
import { defaultLimits, type Limits } from './limits';
import { PRESENCE_HINTS } from './presence/hints';
import { createPresence } from './presence/presence';
import { createPresenceStore } from './presence/store';
import type { StreamMessage } from './protocol/encode';
import { createShownWriter } from './shown/shown-writer';
import { acceptStream, STREAM_PATH } from './sse/accept-stream';
import { acceptUpgrades, LIVE_PATH } from './upgrade';

export interface GatewayDependencies {
  /** Postgres, the primary; a transaction pooler may stand between. */
  readonly db: Pick<pg.Pool, 'query'>;
  /** Postgres without a pooler, for LISTEN. Without it there are no hints, and every message comes by the follower. */
  readonly directUrl?: string | undefined;
  /** Redis or Valkey, which then carries the hints of pushes instead of Postgres; writers must send them there. */
  readonly redisUrl?: string | undefined;
  readonly sessions: Sessions;
  /** Takes the events that clients emit. */
  readonly clientEvents: ClientEvents;
  readonly findMembers: FindMembers;
  /** The session cookie's name. */
  readonly cookieName: string;
  /** Origins of pages that may connect. */
  readonly allowedOrigins: readonly string[];
  readonly log: Logger;
  readonly readiness: Readiness;
  readonly metrics: Metrics;
  /** Records what is delivered of a trace. @defaultValue nothing is */
  readonly tracing?: Tracing | undefined;
  /** For `/health/ready`: where Postgres is, without credentials. */
  readonly postgresName: string;
  readonly limits?: Partial<Limits>;
  /** Milliseconds since 1970. @defaultValue Date.now */
  readonly now?: () => number;
}

export interface Gateway {
  /** Sessions connected now. */
  readonly connections: number;
  /** Resolves with the port once connections are accepted. @throws EADDRINUSE and the like */
  listen(options: { readonly host: string; readonly port: number }): Promise<number>;
  /** Refuses new connections, asks clients to come back elsewhere, and resolves when they and everything else are closed. */
  close(): Promise<void>;
}

/** How long a client may take to say what it wants, in milliseconds; streams and sockets last as long as they like after it. */
const REQUEST_TIMEOUTS = { headersTimeout: 10_000, requestTimeout: 10_000 };

/**
 * A gateway: reads the durable streams and sends them to whoever may see them. It holds nothing that is not in Postgres or
 * at the client, so any number may run, and any of them may be killed.
 */
export function createGateway(deps: GatewayDependencies): Gateway {
  const { log, readiness } = deps;
  const now = deps.now ?? Date.now;
  readiness.waitFor(deps.postgresName);
  const limits: Limits = { ...defaultLimits, ...deps.limits };
  const db = boundQueries(deps.db, limits.queryTimeoutMs);
  const counts = createCounts();
  const joiner = createFrameJoiner(counts);
  const shownWriter = createShownWriter({ db, log, now }, limits);
  let isDraining = false;
  let openSockets = 0;

  const connections = createConnections({
    check: deps.sessions.check,
    limits,
    now,
    onCheckError: (error) => log.warn({ err: error }, 'sessions cannot be checked now'),
    onRecheck: () => roomWatch.checkAll(),
  });

  const rooms = createRoomAccess({ find: deps.findMembers, now });
  const roomWatch = createRoomWatch({
    find: deps.findMembers,
    access: rooms,
    connections: () => connections.all,
    onError: (error) => log.warn({ err: error }, 'the members of a room cannot be read now; trying on'),
  });
  const gatewayId = randomUUID();
  const presence = createPresence({
    store: createPresenceStore({ db, gatewayId, leaseMs: limits.presence.leaseMs }),
    gatewayId,
    tell: (payload) => db.query('select pg_notify($1, $2)', [PRESENCE_HINTS, payload]),
    limits: limits.presence,
    now: () => performance.now(),
    onError: (error) => log.warn({ err: error }, 'presence cannot be kept now; trying on'),
  });

  const onReadError = (what: string) => (error: unknown) => {
    const isNews = !readiness.waitingFor.includes(deps.postgresName);
    readiness.waitFor(deps.postgresName);
    log[isNews ? 'warn' : 'debug']({ err: error }, `${what} cannot be read now; trying on`);
  };
  const pushFollower = createFollower<PushedRow>({
    db,
    source: PUSHED,
    intervalMs: limits.followIntervalMs,
    onRead(rows) {
      readiness.arrived(deps.postgresName);
      for (const row of rows) {
        bringForward(hub, row);
        noticeAccess(row.channel, row.type);
      }
      hub.retry();
    },
    onError: onReadError('the push streams'),
  });
  const logFollower = createFollower({
    db,
    source: { table: 'event_history', columns: 'null as nothing' },
    intervalMs: limits.followIntervalMs,
    onRead: (_rows, { settled }) => hub.advance(LOG_CHANNEL, settled),
    onError: onReadError('the log'),
  });
  const pushSource = createPushSource({ db, follower: pushFollower });
  const logSource = createLogSource({ db, follower: logFollower });
  const hub = createHub({
    sourceOf: (channel) => (channel === LOG_CHANNEL ? logSource : pushSource),
    limits,
    now,
    onReadError: onReadError('streams'),
  });

  /** A sign-out ends a session, a new role or the end of a membership changes what may be seen: whoever is concerned is looked up at once. */
  function noticeAccess(channel: string, type: string): void {
    const concernsAccess = type === userLoggedOut.type || type === userRoleChanged.type;
    if (concernsAccess && channel.startsWith('user:')) connections.recheckUser(channel.slice('user:'.length));
    const roomId = type === roomMemberLeft.type ? roomOf(channel) : undefined;
    if (roomId !== undefined) roomWatch.changed(roomId);
  }

  function traceDelivery({ type, eventId }: StreamMessage, parent: string): TraceSpan | undefined {
    const attributes = { 'skelly.event.type': type, 'skelly.event.id': eventId };
    return deps.tracing?.start({ name: `deliver ${type}`, kind: 'consumer', parent, attributes });
  }

  function onPush(payload: string): void {
    const hint = decodePushHint(payload);
    if (hint.kind === 'read') {
      pushFollower.wake();
      return;
    }
    for (const { channel, epoch, message, traceparent } of hint.frames) {
      const span = traceparent === null || !hub.follows(channel) ? undefined : traceDelivery(message, traceparent);
      hub.offer(channel, epoch, message);
      span?.end();
      noticeAccess(channel, message.type);
    }
  }
  const hints = listenForHints({
    ...deps,
    onPush,
    onLog: () => hub.follows(LOG_CHANNEL) && logFollower.wake(),
    onPresence: presence.heard,
    onConnect() {
      pushFollower.wake();
      logFollower.wake();
      presence.refresh();
    },
    onSilence: (silence) =>
      log.warn(silence, 'hints are not heard now; messages come by polling, up to half a second later'),
  });

  const entrance = {
    ...deps,
    counts,
    allowedOrigins: new Set(deps.allowedOrigins),
    connections,
    hub,
    rooms,
    presence,
    joiner,
    shownWriter,
    limits,
    now,
    random: Math.random,
    openSockets: () => openSockets,
    isDraining: () => isDraining,
  };
  const countUntilClosed = (end: EventEmitter) => {
    openSockets += 1;
    end.once('close', () => {
      openSockets -= 1;
    });
  };
  const server = createServer(REQUEST_TIMEOUTS, (request, response) => {
    if (handleInspection(deps, request, response)) return;
    const path = request.url?.split('?', 1)[0];
    if (path === STREAM_PATH) {
      countUntilClosed(response);
      void acceptStream(entrance, request, response);
      return;
    }
    const isLive = path === LIVE_PATH;
    response.writeHead(isLive ? 426 : 404, isLive ? { upgrade: 'websocket' } : {}).end();
  });
  acceptUpgrades({
    ...entrance,
    server,
    onSocket(socket, stream, request) {
      countUntilClosed(socket);
      void acceptSocket(entrance, socket, stream, request);
    },
  });
  const epochWatch = createEpochWatch({
    db,
    onEpoch(epoch) {
      if (!hub.checkEpoch(epoch)) return;
      log.warn('the database was restored: all streams begin anew');
      pushFollower.restart();
      logFollower.restart();
      connections.recheckAll();
    },
  });
  const revocations = createRevocationWatch({
    db,
    onRevoked: connections.endSession,
    onMany: connections.recheckAll,
    onError: onReadError('revoked sessions'),
  });
  const revocationPoll = setInterval(() => {
    if (connections.size > 0) void revocations.check();
  }, limits.revocationPollMs);
  const sweeper = setInterval(() => {
    connections.sweep();
    hub.sweep();
    roomWatch.retry();
    void epochWatch.check();
  }, limits.sweepMs);

  measureGateway(deps.metrics, {
    counts,
    connections: () => connections.size,
    subscriptions: () => [...connections.all].reduce((sum, { channels }) => sum + channels.length, 0),
  });

  return {
    get connections() {
      return connections.size;
    },
    listen: (options) => listen(server, options),
    async close() {
      isDraining = true;
      readiness.waitFor('shutdown');
      connections.drain();
      await closeServer(server);
      clearInterval(sweeper);
      clearInterval(revocationPoll);
      await Promise.all([
        shownWriter.close(),
        hints.close(),
        pushFollower.close(),
        logFollower.close(),
        presence.close(),
      ]);
    },
  };
}
