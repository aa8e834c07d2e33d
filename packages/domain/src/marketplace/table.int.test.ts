import { randomUUID } from 'node:crypto';
import { createEventSystem, type EventSystem } from '@skelly/events';
import { createTestDatabase, type TestDatabase } from '@skelly/testkit';
import { createTestLog } from '@skelly/testkit/log';
import { createLedger, WalletService } from '../wallet';
import { openRequest } from './index';

describe('the tables of requests', () => {
  let database: TestDatabase;
  let events: EventSystem;
  let requestId: string;
  const [fanId, creatorId] = [randomUUID(), randomUUID()];
  const now = () => new Date();
  const rows = async (text: string, values: unknown[] = []) => (await database.pool.query(text, values)).rows;

  beforeAll(async () => {
    database = await createTestDatabase();
    events = createEventSystem({
      database,
      notifier: { committed: () => undefined, close: async () => undefined },
      now,
    });
    const wallets = new WalletService(createLedger({ events, database, now, log: createTestLog() }));
    for (const [id, role] of [
      [fanId, 'member'],
      [creatorId, 'creator'],
    ] as const)
      await rows(`insert into users (id, email, display_name, password_hash, role) values ($1, $2, 'Mara', 'x', $3)`, [
        id,
        `${id}@example.com`,
        role,
      ]);
    await wallets.credit({ userId: fanId, amount: 100, reason: 'top_up' });
    const given = { fanId, creatorId, title: 'Custom song', details: '', amount: 100, currency: 'points' } as const;
    requestId = await events.transaction((work) => openRequest(work, { wallets, now: now() }, given));
  });
  afterAll(() => database.drop());

  test.each([
    ['a status that there is not', `status = 'paid'`],
    ['an end that loses money', `status = 'declined', refunded_amount = 99, due_at = null`],
    ['an end that doubles money', `status = 'declined', refunded_amount = 101, due_at = null`],
    ['money that moved before the end', `settled_amount = 100`],
    ['completed without a payment', `status = 'completed', refunded_amount = 100, performed_amount = 1, due_at = null`],
    ['a payment without having been completed', `status = 'declined', settled_amount = 100, due_at = null`],
    ['more performed than held', `status = 'performed', performed_amount = 101`],
    ['performed without saying what', `status = 'performed'`],
    ['open without an end of its time', `due_at = null`],
    ['ended with an end of its time', `status = 'withdrawn', refunded_amount = 100`],
    ['disputed at no time', `status = 'disputed', performed_amount = 100, due_at = null`],
    ['a fan who performs', `creator_id = fan_id`],
    ['a hold that there is not', `escrow_id = gen_random_uuid()`],
    ['a title that is empty', `title = ''`],
  ])('refuse %s', async (_what, change) => {
    await expect(rows(`update performance_request set ${change} where id = $1`, [requestId])).rejects.toMatchObject({
      code: expect.stringMatching(/^23/),
    });
  });

  test('take a state once, and what follows', async () => {
    const again = `insert into performance_request_step (request_id, version, status, side, at) values ($1, 1, 'requested', 'fan', now())`;
    await expect(rows(again, [requestId])).rejects.toMatchObject({ code: '23505' });
    const ended = `update performance_request set status = 'declined', refunded_amount = 100, due_at = null where id = $1 returning is_open`;
    expect(await rows(ended, [requestId])).toEqual([{ is_open: false }]);
  });
});
