import { createApi } from '@skelly/api/create-api';
import { routes } from '@skelly/api/routes';
import { createApiServer } from '@skelly/api/server';
import { createDatabase } from '@skelly/db';
import { createClientEventLimit, createClientEvents } from '@skelly/domain/client-event';
import { createLedger, type OperationResult, WalletService } from '@skelly/domain/wallet';
import { createEventSystem } from '@skelly/events';
import { closeServer, createLogger, createMetrics, createReadiness, listen } from '@skelly/runtime';
import { v7 as uuidv7 } from 'uuid';
import { serveContender } from '../harness/contender';

const refuse = () => Promise.reject(new Error('Nobody signs in here.'));

/** Answers holds with what it makes up. */
class PretendedWallets extends WalletService {
  override holdInEscrow: WalletService['holdInEscrow'] = async ({ amount }): Promise<OperationResult> => ({
    transactionId: uuidv7(),
    escrowId: uuidv7(),
    amount,
    currency: 'points',
    availableBalance: 1_000,
    escrowBalance: amount,
    earningsBalance: 0,
    walletVersion: 1,
  });
}

/** Our own app, with all that it does to a request: it looks up sessions, checks what is asked, and answers with ids that it makes up. */
serveContender<{ databaseUrl: string }>(async ({ databaseUrl: url }) => {
  const database = createDatabase({
    url,
    applicationName: 'bench-http',
    onConnectionError: (error) => console.error(error),
  });
  const notifier = { committed: () => undefined, close: async () => undefined };
  const now = () => new Date();
  const log = createLogger({ service: 'api', level: 'warn' });
  const readiness = createReadiness();
  const events = createEventSystem({ database, notifier, now });
  const clientEvents = createClientEvents({
    events: { ...events, emitEvents: async (requests) => requests.map(() => uuidv7()) },
    limit: createClientEventLimit({ perMinute: 1_000_000_000, now: Date.now }),
    now,
  });
  const api = createApi({
    services: {
      database,
      events,
      clientEvents,
      // Native code that no bundle carries, and that nobody calls here.
      passwords: { hash: refuse, verify: refuse },
      wallets: new PretendedWallets(createLedger({ now, log })),
      balances: { read: refuse },
      limitsFor: () => ({ maxAmount: 1, dailyAmount: 1, perMinute: 1 }),
      payments: null,
      now,
    },
    routes,
    readiness,
    metrics: createMetrics({ readiness }),
    log,
    publicUrl: 'http://skelly.bench',
    allowedOrigins: ['http://skelly.bench'],
    trustedProxies: [],
    idempotencySecret: Buffer.alloc(32, 1),
    loginAttemptsPerMinute: 10,
  });
  const server = createApiServer(api);
  const port = await listen(server, { host: '127.0.0.1', port: 0 });
  return {
    commands: { port: async () => port },
    async stop() {
      await closeServer(server);
      await database.close();
    },
  };
});
