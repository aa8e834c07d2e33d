import { Redis } from 'ioredis';

export interface RedisClientOptions {
  /** `redis://` or, with TLS, `rediss://`; with user and password where the server asks for them. */
  readonly url: string;
  /** Shown by the server in its list of connections. */
  readonly applicationName: string;
  /** Told once when Redis cannot be reached, and again only after it could. The error has no credentials. */
  readonly onError: (error: Error) => void;
}

export interface RedisClient {
  readonly redis: Redis;
  close(): void;
}

/** Milliseconds to connect, or until an answer; a connection that takes longer is given up. */
const PATIENCE_MS = 5_000;

/**
 * A connection that is opened on demand and, when it is lost, again after 100 ms, growing to 2 s. While it is away commands are
 * refused at once, and none is repeated: a hint that is late is worth nothing.
 */
export function createRedisClient(options: RedisClientOptions): RedisClient {
  const redis = new Redis(options.url, {
    connectionName: options.applicationName,
    lazyConnect: true,
    connectTimeout: PATIENCE_MS,
    socketTimeout: PATIENCE_MS,
    retryStrategy: (times) => Math.min(100 * 2 ** (times - 1), 2_000),
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    autoResubscribe: false,
    // It asks for the state of the data set, which nobody here uses and not every account may see.
    enableReadyCheck: false,
  });
  let isAway = false;
  let isClosed = false;
  const away = (reason: string) => {
    if (!isAway && !isClosed) options.onError(new Error(`Redis is away: ${reason}`));
    isAway = true;
  };
  // Its message alone: the library's errors carry the command that failed, and AUTH has the password in it.
  redis.on('error', (error: Error) => away(error.message || error.name));
  redis.on('close', () => away('the connection was closed'));
  redis.on('ready', () => {
    isAway = false;
  });
  return {
    redis,
    close() {
      isClosed = true;
      redis.disconnect();
    },
  };
}
