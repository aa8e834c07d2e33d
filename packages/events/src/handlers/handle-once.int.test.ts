import { LIVE_RUN } from '@skelly/db';
import { createTestDatabase, type TestDatabase } from '@skelly/testkit';
import type { EventEnvelope } from '@skelly/types/event';
import { createNotifier, type Notifier } from '../hints/notifier';
import { note, noted } from '../testing/contracts';
import { runTransaction } from '../unit-of-work/transaction';
import { handleOnce } from './handle-once';
import { defineHandler } from './handler';

describe('a handler with a key', () => {
  let database: TestDatabase;
  let notifier: Notifier;
  beforeEach(async () => {
    database = await createTestDatabase();
    notifier = createNotifier({ url: database.url, applicationName: 'test', onError: () => undefined });
  });
  afterEach(async () => {
    await notifier.close();
    await database.drop();
  });

  it('is called once for a key in ordinary delivery, and once more in each replay of what has finished', async () => {
    const called: string[] = [];
    const handler = defineHandler({
      id: 'test.keyed',
      on: noted,
      idempotencyKey: () => 'k',
      async handle(event) {
        called.push(event.eventId);
      },
    });
    const handle = (eventId: string, run: string) =>
      runTransaction({ database, notifier, now: () => new Date() }, (work) =>
        handleOnce(handler, { event: { eventId, data: note('n') } as unknown as EventEnvelope, run }, work),
      );
    const replay = '0199a3f0-0000-7000-8000-000000000001';
    await handle('first', LIVE_RUN);
    await handle('second', LIVE_RUN);
    await handle('first', replay);
    await handle('first', replay);
    expect(called).toEqual(['first', 'first']);
  });
});
