import {
  type Answering,
  createNotifier,
  createResponderRegistry,
  defineResponder,
  type Notifier,
  QUERY_QUEUE,
  startAnswering,
} from '@skelly/events';
import { createTestDatabase, createTestQueues, type TestDatabase, type TestQueues } from '@skelly/testkit';
import { systemMailCheck } from '@skelly/types/system';
import { runSkelly } from './testing/run-skelly';

describe('skelly mail check', () => {
  let database: TestDatabase;
  let queues: TestQueues;
  let notifier: Notifier;
  let answering: Answering | undefined;
  beforeAll(async () => {
    database = await createTestDatabase();
    queues = createTestQueues();
    await queues.ensureQueue(QUERY_QUEUE);
    notifier = createNotifier({ url: database.url, applicationName: 'test-hints', onError: () => undefined });
  });
  afterEach(async () => {
    await answering?.stop(50);
    answering = undefined;
  });
  afterAll(async () => {
    await notifier.close();
    await queues.drop();
    await database.drop();
  });

  async function skelly(...args: readonly string[]) {
    const { accessKeyId, secretAccessKey } = await queues.client.config.credentials();
    return runSkelly(database.url, ['mail', 'check', ...args], {
      AWS_ENDPOINT_URL_SQS: queues.endpoint,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      SQS_QUEUE_PREFIX: queues.prefix,
    });
  }

  async function answerWith(problem: string | null): Promise<void> {
    const responder = defineResponder({
      id: 'system.mail-check',
      on: systemMailCheck,
      answer: () => ({ works: problem === null, problem, tookMs: 7 }),
    });
    answering = await startAnswering(
      {
        database,
        notifier,
        transport: queues.connect(),
        responders: createResponderRegistry([responder]),
        log: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined },
        now: () => new Date(),
        worker: 'worker-1',
      },
      { waitSeconds: 1 },
    );
  }

  test('says that no worker answers, and ends with 1', async () => {
    const { code, said } = await skelly();
    expect(code).toBe(1);
    expect(said).toContain('No worker answers.');
  });

  test('says what the worker found, and ends with 0 only when mail is taken', async () => {
    await answerWith(null);
    const good = await skelly('--json');
    expect(good.code).toBe(0);
    expect(JSON.parse(good.said.slice(good.said.indexOf('{')))).toEqual({
      works: true,
      problem: null,
      tookMs: 7,
      answeredBy: 'worker-1',
    });
    await answering?.stop(50);
    await answerWith('connect ECONNREFUSED');
    const bad = await skelly();
    expect(bad.code).toBe(1);
    expect(bad.said).toContain('does not take mail from worker-1: connect ECONNREFUSED');
  });
});
