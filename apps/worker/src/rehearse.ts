import { createDatabase } from '@skelly/db';
import { createLedger, WalletService } from '@skelly/domain/wallet';
import { createHandlerRegistry, withEventContext } from '@skelly/events';
import { type RehearsalRequest, rehearseRequest } from '@skelly/events/replay';
import { describeError } from '@skelly/types/errors';
import { readRehearsalEnv } from './env';
import { createHandlers, type HandlerPorts } from './handlers';

/** Connections: one for each of the rehearsal's transactions, one that reads ahead, one that ends what overruns. */
const CONNECTIONS = 10;

const now = () => new Date();
const silent = { debug: ignore, info: ignore, warn: ignore, error: ignore };

function ignore(): void {}

/** Handlers inside Postgres may ask for the time and move money. What acts outside is not called, so nobody needs a way out. */
function portsInside(keepsHistory: boolean): HandlerPorts {
  const wallets = new WalletService(createLedger({ now, log: silent }));
  const inside: Pick<HandlerPorts, 'now' | 'wallets' | 'keepsHistory'> = { now, keepsHistory, wallets };
  return new Proxy(inside as HandlerPorts, {
    get(ports, name) {
      if (Object.hasOwn(inside, name)) return ports[name as keyof HandlerPorts];
      throw new Error(`A rehearsal calls nothing outside, so it has no ${String(name)}.`);
    },
  });
}

/**
 * Finds out what this version's handlers would do, for a command that asks by the channel of the process: one request, one answer, then it
 * ends. When whoever asked is gone, or asks it to end, it answers with what it knows so far.
 */
process.once('message', (request: RehearsalRequest) => {
  const ending = new AbortController();
  const end = () => ending.abort();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, end);
  process.once('disconnect', end);
  void run(request, ending.signal)
    .then(
      (rehearsal) => ({ rehearsal }),
      (error: unknown) => ({ error: describeError(error).message }),
    )
    .then((answer) => {
      if (process.connected) process.send?.(answer, undefined, undefined, () => process.disconnect());
    });
});

async function run(request: RehearsalRequest, signal: AbortSignal) {
  const env = readRehearsalEnv();
  const database = createDatabase({
    url: env.DATABASE_URL,
    max: CONNECTIONS,
    queryTimeoutMs: 60_000,
    applicationName: 'skelly-rehearsal',
    onConnectionError: () => undefined,
  });
  const deps = {
    database,
    registry: createHandlerRegistry(createHandlers(portsInside(env.EVENT_HISTORY_ENABLED))),
    now: () => new Date(),
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
  };
  try {
    return await withEventContext({ actor: 'cli' }, () => rehearseRequest(deps, request, signal));
  } finally {
    await database.close();
  }
}
