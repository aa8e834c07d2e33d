import { randomUUID } from 'node:crypto';
import { createDatabase } from '@skelly/db';
import { createEventSystem, createNotifier } from '@skelly/events';
import { notificationCreated } from '@skelly/types/notification';
import { serveContender } from '../harness/contender';
import { openLoop } from '../workload/open-loop';
import { machineTime } from './clock';

export interface WriterArgument {
  readonly databaseUrl: string;
  readonly redisUrl: string | undefined;
  readonly users: readonly string[];
}

export interface PushRun {
  readonly perSecond: number;
  readonly seconds: number;
}

/** Commits pushes at a fixed rate, as a worker's handlers do. Answers with the time of each commit, by notification. */
serveContender<WriterArgument>(async ({ databaseUrl: url, redisUrl, users }) => {
  const onError = (error: Error) => console.error(error);
  const database = createDatabase({ url, max: 10, applicationName: 'bench-writer', onConnectionError: onError });
  const notifier = createNotifier({ url, redisUrl, applicationName: 'bench-writer-hints', onError });
  const events = createEventSystem({ database, notifier, now: () => new Date() });
  return {
    commands: {
      async run(load: PushRun): Promise<Record<string, number>> {
        const committed: Record<string, number> = {};
        await openLoop(load, async (nth) => {
          const notificationId = randomUUID();
          await events.transaction(async (work) =>
            work.push(notificationCreated, {
              notificationId,
              userId: users[nth % users.length] ?? '',
              category: 'welcome',
              title: 'Pushed',
              body: 'x'.repeat(100),
              href: null,
              createdAt: new Date().toISOString(),
              unread: 1,
              inboxVersion: 1,
            }),
          );
          committed[notificationId] = machineTime();
        });
        return committed;
      },
    },
    async stop() {
      await notifier.close();
      await database.close();
    },
  };
});
