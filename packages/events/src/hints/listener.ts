import { setTimeout as delay } from 'node:timers/promises';
import { connectionConfig } from '@skelly/db';
import pg from 'pg';

export interface ListenerOptions {
  /** A direct connection: LISTEN does not pass a transaction pooler. */
  readonly url: string;
  readonly applicationName: string;
  readonly channels: readonly string[];
  readonly onHint: (channel: string, payload: string) => void;
  /** Called after each connect: whatever was hinted before may have been missed. */
  readonly onConnect: () => void;
  readonly onError: (error: Error) => void;
}

export interface Listener {
  close(): Promise<void>;
}

/** Hears hints for as long as it is open; a lost connection is opened again after 100 ms, growing to 2 s. */
export function createListener(options: ListenerOptions): Listener {
  const closing = new AbortController();
  let current: pg.Client | undefined;

  async function listenOnce(onListening: () => void): Promise<void> {
    const client = new pg.Client(connectionConfig(options));
    const ended = new Promise<void>((resolve) => client.once('end', resolve));
    client.on('error', options.onError);
    client.on('notification', ({ channel, payload }) => options.onHint(channel, payload ?? ''));
    try {
      await client.connect();
      // Not sooner: a client that is ended while it connects may never say that it has ended.
      if (closing.signal.aborted) return await client.end();
      current = client;
      await client.query(options.channels.map((channel) => `listen ${channel}`).join('; '));
    } catch (error) {
      await client.end().catch(() => undefined);
      throw error;
    }
    onListening();
    options.onConnect();
    await ended;
  }

  async function run(): Promise<void> {
    for (let pauseMs = 100; !closing.signal.aborted; pauseMs = Math.min(pauseMs * 2, 2_000)) {
      try {
        await listenOnce(() => {
          pauseMs = 50;
        });
      } catch (error) {
        if (!closing.signal.aborted) options.onError(error as Error);
      }
      await delay(pauseMs, undefined, { signal: closing.signal }).catch(() => undefined);
    }
  }

  const running = run();
  return {
    async close() {
      closing.abort();
      await current?.end().catch(() => undefined);
      await running;
    },
  };
}
