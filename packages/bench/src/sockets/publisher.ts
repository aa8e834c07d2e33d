import { once } from 'node:events';
import { connect } from 'node:net';
import { createDatabase } from '@skelly/db';
import { createEventSystem, createNotifier } from '@skelly/events';
import { letter, news } from './news';

/** Brings messages to the server under test. `to` is the number of a client, or null for all of them. */
export interface Publisher {
  /** Resolves when they are committed, or, where there is nothing to commit, sent. */
  publish(messages: readonly { readonly to: number | null; readonly text: string }[]): Promise<void>;
  close(): Promise<void>;
}

/** Ours: pushes of one unit of work, hints after the commit. */
export function createPushPublisher(url: string, userIdOf: (client: number) => string): Publisher {
  const onConnectionError = (error: Error) => console.error(error);
  const database = createDatabase({ url, max: 4, applicationName: 'bench-publisher', onConnectionError });
  const notifier = createNotifier({ url, applicationName: 'bench-publisher-hints', onError: onConnectionError });
  const events = createEventSystem({ database, notifier, now: () => new Date() });
  return {
    async publish(messages) {
      await events.transaction(async (work) => {
        for (const { to, text } of messages) {
          if (to === null) work.push(news, { text });
          else work.push(letter, { userId: userIdOf(to), text });
        }
      });
    },
    async close() {
      await notifier.close();
      await database.close();
    },
  };
}

/** A peer's: lines of `to text` on a TCP connection, which the peer sends on. */
export async function createLinePublisher(port: number): Promise<Publisher> {
  const stream = connect({ host: '127.0.0.1', port, noDelay: true });
  await once(stream, 'connect');
  return {
    async publish(messages) {
      const lines = messages.map(({ to, text }) => `${to ?? '*'} ${text}\n`);
      if (!stream.write(lines.join(''))) await once(stream, 'drain');
    },
    close: async () => void stream.destroy(),
  };
}
