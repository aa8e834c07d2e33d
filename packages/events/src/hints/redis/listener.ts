import type { Listener } from '../listener';
import { createRedisClient, type RedisClientOptions } from './client';
import { PUSH_CHANNEL } from './publisher';

export interface RedisListenerOptions extends RedisClientOptions {
  readonly onHint: (payload: string) => void;
  /** Called after each connect: whatever was hinted before may have been missed. */
  readonly onConnect: () => void;
}

/** Milliseconds between questions whether the server is still there: who only listens hears nothing of its end. */
const PING_MS = 5_000;

/** Hears hints of pushes by Redis for as long as it is open. */
export function createRedisListener(options: RedisListenerOptions): Listener {
  const { redis, close } = createRedisClient(options);

  let isClosed = false;

  async function listen(): Promise<void> {
    try {
      await redis.subscribe(PUSH_CHANNEL);
      options.onConnect();
    } catch {
      if (!isClosed) redis.disconnect(true);
    }
  }

  redis.on('ready', () => void listen());
  redis.on('message', (_channel: string, payload: string) => options.onHint(payload));
  const pinging = setInterval(() => {
    if (redis.status === 'ready') redis.ping().catch(() => undefined);
  }, PING_MS);
  redis.connect().catch(() => undefined);
  return {
    async close() {
      isClosed = true;
      clearInterval(pinging);
      close();
    },
  };
}
