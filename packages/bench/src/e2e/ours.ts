import { defineHandler } from '@skelly/events';
import { notificationCreated, notificationInboxRead } from '@skelly/types/notification';
import { sql } from 'drizzle-orm';
import { serveContender } from '../harness/contender';
import { startBenchWorker, type WorkerArgument } from '../workload/bench-worker';

/**
 * What the command's event sets in motion: the member's notification is unread again, for their next command to mark, and a frame goes
 * out to their page. Pushed, not emitted: it is one event that goes the whole way.
 */
const answerRead = defineHandler({
  id: 'bench.answer-read',
  on: notificationInboxRead,
  async handle({ eventId, data: { userId, readAt, inboxVersion } }, work) {
    await work.tx.execute(sql`update notification set read_at = null where user_id = ${userId}`);
    const text = { category: 'welcome', title: 'Read', body: 'Everything was read.', href: null } as const;
    const inbox = { unread: 1, inboxVersion };
    work.push(notificationCreated, { notificationId: eventId, userId, ...text, createdAt: readAt, ...inbox });
  },
});

serveContender<WorkerArgument>((argument) => startBenchWorker(argument, [answerRead]));
