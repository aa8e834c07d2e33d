import { randomUUID } from 'node:crypto';
import { createDatabase } from '@skelly/db';
import { createClientEventLimit, createClientEvents } from '@skelly/domain/client-event';
import { createPasswords } from '@skelly/domain/password';
import { createTestProvider } from '@skelly/domain/payment';
import { floorOf } from '@skelly/domain/setting';
import {
  BalanceSnapshotCache,
  type Balances,
  createBalances,
  createLedger,
  limitsFor,
  WalletService,
} from '@skelly/domain/wallet';
import { createEventSystem, createNotifier, type EventSystem } from '@skelly/events';
import { closeServer, createLogger, createMetrics, createReadiness, listen, type Readiness } from '@skelly/runtime';
import { createTestDatabase, startTcpProxy, type TcpProxy, type TestDatabase } from '@skelly/testkit';
import type { SettingValues } from '@skelly/types/setting';
import { createApi } from '../create-api';
import { deliverTo } from '../payments/deliver';
import { routes } from '../routes';
import { createApiServer } from '../server';

/** Signs the webhooks of the test provider. */
export const PAYMENT_SECRET = Buffer.alloc(32, 2);

/** The API on a port of its own, and a client that keeps its cookie as a browser does. */
export interface TestApi {
  readonly database: TestDatabase;
  /** The API's way to Postgres. */
  readonly postgres: TcpProxy;
  readonly events: EventSystem;
  readonly wallets: WalletService;
  readonly readiness: Readiness;
  readonly balances: Balances;
  readonly balanceCache: BalanceSnapshotCache;
  /** Checkouts that the provider was asked for, and whether the next one fails. */
  readonly payments: { checkouts: number; failsNext: boolean };
  readonly origin: string;
  client(): TestClient;
  /** Somebody new, signed in. */
  member(displayName?: string): Promise<TestMember>;
  close(): Promise<void>;
}

export interface TestMember {
  readonly client: TestClient;
  readonly userId: string;
}

// biome-ignore lint/suspicious/noExplicitAny: answers of every route; tests say what they expect
export type Answer = { status: number; headers: Headers; body: any };

export interface TestClient {
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
  post(path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  put(path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  /** The session cookie, once there is one. */
  cookie: string | undefined;
}

export async function startTestApi(
  options: {
    loginAttemptsPerMinute?: number;
    queryTimeoutMs?: number;
    clientEventsPerMinute?: number;
    /** Asked at each call, so that a test may change them. */
    settings?: Partial<SettingValues>;
    now?: () => Date;
    /** Another one, whose database this one has too, as two processes of one product. */
    beside?: TestApi;
  } = {},
): Promise<TestApi> {
  const database = options.beside?.database ?? (await createTestDatabase({ max: 20 }));
  const postgres = await startTcpProxy(database.url);
  // The API reaches Postgres by a way that a test can cut.
  const reached = createDatabase({
    url: postgres.url,
    applicationName: 'test-api',
    onConnectionError: () => undefined,
    ...(options.queryTimeoutMs ? { queryTimeoutMs: options.queryTimeoutMs } : {}),
  });
  const notifier = createNotifier({ url: postgres.url, applicationName: 'test-hints', onError: () => undefined });
  const now = options.now ?? (() => new Date());
  const balanceCache = new BalanceSnapshotCache();
  const balances = createBalances({ database: reached, cache: balanceCache, onError: () => undefined });
  const events = createEventSystem({ database: reached, notifier: balances.listenTo(notifier), now });
  const limit = createClientEventLimit({ perMinute: options.clientEventsPerMinute ?? 600, now: Date.now });
  const clientEvents = createClientEvents({ events, limit, now });
  const readiness = createReadiness();
  const log = createLogger({ service: 'api', level: 'silent' });
  const floor = floorOf({});
  const wallets = new WalletService(createLedger({ events, database: reached, now, log }));
  const provider = createTestProvider({ secret: PAYMENT_SECRET, now, deliver: deliverTo(() => server) });
  const payments = { checkouts: 0, failsNext: false };
  const api = createApi({
    services: {
      database: reached,
      events,
      clientEvents,
      passwords: createPasswords(),
      wallets,
      balances,
      limitsFor: (role) => limitsFor(role, { ...floor, ...options.settings }),
      payments: {
        ...provider,
        createCheckout(payment) {
          payments.checkouts += 1;
          if (!payments.failsNext) return provider.createCheckout(payment);
          payments.failsNext = false;
          throw new Error('The provider is away.');
        },
      },
      now,
    },
    routes,
    readiness,
    metrics: createMetrics({ readiness }),
    log,
    publicUrl: 'http://skelly.test',
    allowedOrigins: ['http://skelly.test'],
    trustedProxies: [],
    idempotencySecret: Buffer.alloc(32, 1),
    loginAttemptsPerMinute: options.loginAttemptsPerMinute ?? 5,
  });
  const server = createApiServer(api);
  const origin = `http://127.0.0.1:${await listen(server, { host: '127.0.0.1', port: 0 })}`;
  return {
    database,
    postgres,
    events,
    wallets,
    readiness,
    balances,
    balanceCache,
    payments,
    origin,
    client: () => createClient(origin),
    async member(displayName = 'Mara') {
      const client = createClient(origin);
      const person = { email: `${randomUUID()}@example.com`, password: 'a long enough password', displayName };
      const { body } = await client.post('/api/auth/register', person);
      return { client, userId: body.userId };
    },
    async close() {
      server.closeAllConnections();
      await closeServer(server);
      await Promise.all([notifier.close(), balances.close()]);
      await reached.close();
      await postgres.close();
      if (!options.beside) await database.drop();
    },
  };
}

function createClient(origin: string): TestClient {
  async function send(method: string, path: string, headers: Record<string, string>, body?: string): Promise<Answer> {
    const response = await fetch(origin + path, {
      method,
      headers: { ...(client.cookie ? { cookie: client.cookie } : {}), ...headers },
      ...(body === undefined ? {} : { body }),
    });
    const [set] = response.headers.getSetCookie();
    if (set) client.cookie = /Max-Age=0/.test(set) ? undefined : set.split(';')[0];
    const text = await response.text();
    const isJson = /json/.test(response.headers.get('content-type') ?? '');
    return {
      status: response.status,
      headers: response.headers,
      body: isJson && text ? JSON.parse(text) : text || undefined,
    };
  }
  const command = (method: string, path: string, body: unknown, headers: Record<string, string> = {}) =>
    send(
      method,
      path,
      { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      typeof body === 'string' ? body : JSON.stringify(body),
    );
  const client: TestClient = {
    cookie: undefined,
    get: (path, headers = {}) => send('GET', path, headers),
    post: (path, body, headers) => command('POST', path, body, headers),
    put: (path, body, headers) => command('PUT', path, body, headers),
  };
  return client;
}
