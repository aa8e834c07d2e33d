import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { Database } from '@skelly/db';
import { createClientEventLimit, createClientEvents } from '@skelly/domain/client-event';
import { membersAmong } from '@skelly/domain/room';
import { createSessionFinder, issueLiveToken, redeemLiveToken } from '@skelly/domain/session';
import { createEventSystem, createNotifier } from '@skelly/events';
import { createLogger, createMetrics, createReadiness, type Logger } from '@skelly/runtime';
import { createTestDatabase, type TestDatabase } from '@skelly/testkit';
import pg from 'pg';
import { createSessionCheck } from '../access/sessions';
import { createGateway, type Gateway } from '../gateway';
import type { Limits } from '../limits';
import { openTestSocket, type TestSocket } from './test-socket';

export const ORIGIN = 'http://localhost:4400';

export interface TestMember {
  readonly userId: string;
  readonly sessionId: string;
  readonly token: string;
  readonly cookie: string;
}

export interface TestGateway {
  readonly gateway: Gateway;
  readonly url: string;
  readonly http: string;
}

/** A database, any number of gateways on it, and everything that a test needs to be closed again. */
export interface Harness {
  readonly database: TestDatabase;
  /**
   * @param options.hints - false: no LISTEN, every message comes by the follower
   * @param options.redisUrl - hints of pushes come by Redis
   */
  startGateway(options?: {
    hints?: boolean;
    redisUrl?: string;
    limits?: Partial<Limits>;
    port?: number;
    clientEventsPerMinute?: number;
    /** Its way to Postgres, if not the harness' own database pool. */
    db?: Pick<pg.Pool, 'query'>;
    /** Where events of clients are written, if not in the harness' own database pool. */
    writeTo?: Database;
    log?: Logger;
  }): Promise<TestGateway>;
  addMember(options?: { userId?: string; role?: string; expiresInMs?: number }): Promise<TestMember>;
  /** A token for one connection, as the API gives it. */
  issueToken(member: TestMember): Promise<string>;
  /** A room with these members. @returns its id */
  addRoom(members: readonly TestMember[], roomId?: string): Promise<string>;
  connect(
    gateway: Pick<TestGateway, 'url'>,
    member: TestMember | undefined,
    headers?: Record<string, string>,
  ): TestSocket;
  /** Ends every connection to the database and refuses new ones, but for the returned writer. */
  startOutage(): Promise<Outage>;
  close(): Promise<void>;
}

export interface Outage {
  write(write: (client: pg.Client) => Promise<unknown>): Promise<void>;
  end(): Promise<void>;
}

export async function createHarness(): Promise<Harness> {
  const database = await createTestDatabase({ max: 20 });
  const notifier = createNotifier({
    url: database.url,
    applicationName: 'test-hints',
    onError: () => undefined,
  });
  const gateways: Gateway[] = [];
  const sockets: TestSocket[] = [];
  const silence = createLogger({ service: 'gateway', level: 'silent' });

  return {
    database,
    async startGateway({
      hints = true,
      redisUrl,
      limits = {},
      port: wanted = 0,
      clientEventsPerMinute = 600,
      db = database.pool,
      writeTo = database,
      log = silence,
    } = {}) {
      const now = () => new Date();
      const clientEvents = createClientEvents({
        events: createEventSystem({ database: writeTo, notifier, now }),
        limit: createClientEventLimit({ perMinute: clientEventsPerMinute, now: Date.now }),
        now,
      });
      const readiness = createReadiness();
      const gateway = createGateway({
        db,
        directUrl: hints ? database.url : undefined,
        redisUrl,
        sessions: {
          find: createSessionFinder(database.queries).find,
          redeem: (token) => redeemLiveToken(database.queries, token),
          check: createSessionCheck({ db: database.pool }),
        },
        clientEvents,
        findMembers: (roomId, userIds) => membersAmong(database.queries, roomId, userIds),
        cookieName: 'skelly_session',
        allowedOrigins: [ORIGIN],
        log,
        readiness,
        metrics: createMetrics({ readiness }),
        postgresName: 'postgres',
        limits: { sweepMs: 50, ...limits },
      });
      gateways.push(gateway);
      const port = await gateway.listen({ host: '127.0.0.1', port: wanted });
      return { gateway, url: `ws://127.0.0.1:${port}/ws`, http: `http://127.0.0.1:${port}` };
    },
    async addMember({ userId = randomUUID(), role = 'member', expiresInMs = 3_600_000 } = {}) {
      const sessionId = randomUUID();
      const token = randomBytes(32).toString('base64url');
      await database.pool.query(
        `insert into users (id, email, display_name, password_hash, role) values ($1, $2, 'A member', 'none', $3)`,
        [userId, `${userId}@example.test`, role],
      );
      await database.pool.query(
        'insert into user_session (token_hash, id, user_id, expires_at) values ($1, $2, $3, $4)',
        [createHash('sha256').update(token).digest(), sessionId, userId, new Date(Date.now() + expiresInMs)],
      );
      return { userId, sessionId, token, cookie: `skelly_session=${token}` };
    },
    async issueToken({ sessionId }) {
      return (await issueLiveToken(database.queries, { sessionId, now: new Date() })).token;
    },
    async addRoom(members, roomId = randomUUID()) {
      await database.pool.query(`insert into room (id, name, access) values ($1, 'A room', 'open')`, [roomId]);
      await database.pool.query(
        `insert into room_membership (room_id, user_id, role) select $1, unnest($2::uuid[]), 'member'`,
        [roomId, members.map(({ userId }) => userId)],
      );
      return roomId;
    },
    connect(gateway, member, headers = {}) {
      const socket = openTestSocket(gateway.url, { ...(member ? { cookie: member.cookie } : {}), ...headers });
      sockets.push(socket);
      return socket;
    },
    async startOutage() {
      const name = new URL(database.url).pathname.slice(1);
      const writer = new pg.Client({ connectionString: database.url });
      await writer.connect();
      const elsewhere = new URL(database.url);
      elsewhere.pathname = '/postgres';
      const admin = new pg.Client({ connectionString: elsewhere.href });
      await admin.connect();
      await admin.query(`alter database ${name} allow_connections false`);
      await writer.query(
        'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
      );
      return {
        write: async (write) => void (await write(writer)),
        async end() {
          await writer.end();
          await admin.query(`alter database ${name} allow_connections true`);
          await admin.end();
        },
      };
    },
    async close() {
      for (const socket of sockets) socket.drop();
      await Promise.all(gateways.map((gateway) => gateway.close()));
      await notifier.close();
      await database.drop();
    },
  };
}
