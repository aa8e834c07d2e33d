import { createTestDatabase, createTestQueues, type TestDatabase, type TestQueues } from '@skelly/testkit';
import { createEventSystem, type EventSystem } from '../event-system';
import { createNotifier } from '../hints/notifier';
import type { AnswerObserver } from '../observe';
import { type Answering, startAnswering } from '../query/answering';
import { type Asker, type AskerDependencies, createAsker } from '../query/asker';
import { createResponderRegistry, type Responder } from '../query/responder';
import { QUERY_QUEUE } from '../transport/transport';
import { createTestLog, type TestLog } from './log';
import { findTestQuery } from './queries';

/** Processes that ask and answer, each as if it were one of its own, on a database and queues of a test's own. */
export interface TestAsking {
  readonly database: TestDatabase;
  readonly queues: TestQueues;
  readonly log: TestLog;
  asker(
    given?: Partial<AskerDependencies>,
    options?: { maxOpen?: number },
  ): Asker & Pick<EventSystem, 'queryEvent' | 'transaction'>;
  answering(responders: readonly Responder[], worker?: string, observe?: AnswerObserver): Promise<Answering>;
  close(): Promise<void>;
}

export async function createTestAsking(): Promise<TestAsking> {
  const database = await createTestDatabase({ max: 20 });
  const queues = createTestQueues();
  await queues.ensureQueue(QUERY_QUEUE);
  const log = createTestLog();
  const now = () => new Date();
  const notifier = createNotifier({ url: database.url, applicationName: 'test-hints', onError: () => undefined });
  const running: (() => Promise<void>)[] = [];
  return {
    database,
    queues,
    log,
    asker(given = {}, options = {}) {
      const transport = queues.connect();
      const asker = createAsker(
        { database, directUrl: database.url, transport, log, findQuery: findTestQuery, ...given },
        options,
      );
      running.push(async () => {
        await asker.close();
        transport.close();
      });
      const { queryEvent, transaction } = createEventSystem({ database, notifier, now, asker });
      return { ...asker, queryEvent, transaction };
    },
    async answering(responders, worker = 'test', observe) {
      const answering = await startAnswering(
        {
          database,
          notifier,
          transport: queues.connect(),
          responders: createResponderRegistry(responders),
          log,
          now,
          worker,
          observe,
        },
        { waitSeconds: 1 },
      );
      let stopped: Promise<void> | undefined;
      const stop = (deadlineMs: number) => (stopped ??= answering.stop(deadlineMs));
      running.push(() => stop(50));
      return { ...answering, stop };
    },
    async close() {
      await Promise.all(running.map((end) => end()));
      await notifier.close();
      await queues.drop();
      await database.drop();
    },
  };
}
