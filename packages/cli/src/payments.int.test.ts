import { randomUUID } from 'node:crypto';
import { decideTopUp } from '@skelly/domain/payment';
import { createLedger, WalletService } from '@skelly/domain/wallet';
import { createEventSystem } from '@skelly/events';
import { createTestDatabase, type TestDatabase } from '@skelly/testkit';
import { createTestLog } from '@skelly/testkit/log';
import { createTestAdmin } from './testing/admin';
import { runSkelly } from './testing/run-skelly';

describe('skelly payments', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  test('lists what is owed, and closes what was given back, once and with a reason', async () => {
    const { id, env } = await createTestAdmin(database);
    const skelly = (...args: readonly string[]) => runSkelly(database.url, ['payments', ...args], env);
    expect((await skelly('owed')).said).toBe('Nothing is owed: every payment was credited, or given back.\n');
    const now = () => new Date();
    const notifier = { committed: () => undefined, close: async () => undefined };
    const events = createEventSystem({ database, notifier, now });
    const wallets = new WalletService(createLedger({ events, database, now, log: createTestLog() }));
    const event = {
      eventId: 'evt-7',
      topUpId: randomUUID(),
      outcome: 'paid',
      amount: 500,
      currency: 'points',
    } as const;
    const decided = await events.transaction((work) =>
      decideTopUp(work, wallets, { provider: 'test', event, now: now() }),
    );
    expect(decided).toMatchObject({ refusal: { code: 'top_up_not_found' } });
    expect((await skelly('owed')).said).toMatch(
      new RegExp(
        `500 points {2}top_up_not_found\\n {2}event evt-7 of test, top-up ${event.topUpId}, of nobody known\\n`,
      ),
    );
    expect((await skelly('close', 'evt-7', '--reason', ' ')).said).toMatch(/--reason: /);
    const other = { ...event, topUpId: randomUUID(), amount: 20 };
    await events.transaction((work) => decideTopUp(work, wallets, { provider: 'test', event: other, now: now() }));
    const close = ['close', 'evt-7', '--reason', 'sent back'];
    expect(await skelly(...close)).toMatchObject({
      code: 1,
      said: expect.stringMatching(/its provider and its top-up/),
    });
    const second = await skelly(...close, '--top-up', other.topUpId, '--provider', 'test', '--json');
    expect(JSON.parse(second.said)).toMatchObject({
      eventId: 'evt-7',
      topUpId: other.topUpId,
      amount: 20,
      closed: true,
    });
    expect(await skelly(...close)).toEqual({
      code: 0,
      said: `Closed: 500 points of event evt-7 of test, top-up ${event.topUpId}. Nothing is owed for it any more.\n`,
    });
    expect(await skelly(...close)).toMatchObject({ code: 1 });
    expect(JSON.parse((await skelly('owed', '--json')).said)).toEqual({ items: [], total: 0 });
    const { rows } = await database.pool.query(
      `select actor, target, reason, detail from operator_action where action = 'payments.close' and target = $1`,
      [`top-up:${event.topUpId}`],
    );
    expect(rows).toEqual([
      {
        actor: `user:${id}`,
        target: `top-up:${event.topUpId}`,
        reason: 'sent back',
        detail: expect.objectContaining({ amount: 500, currency: 'points', code: 'top_up_not_found' }),
      },
    ]);
  }, 120_000);
});
