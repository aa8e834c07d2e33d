import { notify } from '@skelly/domain/notification';
import { defineHandler } from '@skelly/events';
import { notificationInboxRead } from '@skelly/types/notification';
import { serveContender } from '../harness/contender';
import { startBenchWorker, type WorkerArgument } from '../workload/bench-worker';

/**
 * What the command's event sets in motion: another notification for the same member, which goes out to their page. It is
 * also what the next command of that member marks as read.
 */
const answerRead = defineHandler({
  id: 'bench.answer-read',
  on: notificationInboxRead,
  async handle({ data }, work) {
    const text = { category: 'welcome', title: 'Read', body: 'Everything was read.', href: null } as const;
    await notify(work, { userId: data.userId, now: new Date() }, text);
  },
});

serveContender<WorkerArgument>((argument) => startBenchWorker(argument, [answerRead]));
