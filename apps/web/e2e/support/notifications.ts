import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { createDatabase } from '@skelly/db';
import { notify } from '@skelly/domain/notification';
import { createEventSystem, createNotifier } from '@skelly/events';
import { target } from './env';

/** Puts notifications into a member's inbox, as a handler does, until it is closed. */
export async function openNotifications(userId: string) {
  const stack = parseEnv(await readFile(join(target().dataDir, 'env'), 'utf8'));
  const url = stack['DATABASE_URL'] ?? '';
  const onError = (error: Error) => console.error(error);
  const database = createDatabase({ url, max: 1, applicationName: 'browser-tests', onConnectionError: onError });
  const notifier = createNotifier({ url, applicationName: 'browser-tests-hints', onError });
  const events = createEventSystem({ database, notifier, now: () => new Date() });
  return {
    /** Of sign-ins from the devices `prefix 1`, `prefix 2`, … */
    async add(prefix: string, from: number, to: number): Promise<void> {
      for (let number = from; number <= to; number += 1) {
        const now = new Date();
        const data = { device: `${prefix} ${number}`, at: now.toISOString() };
        const options = { userId, eventId: crypto.randomUUID(), now, channels: ['in-app'] } as const;
        await events.transaction((work) => notify(work, options, { category: 'security', data }));
      }
    },
    async close(): Promise<void> {
      await notifier.close();
      await database.close();
    },
  };
}
