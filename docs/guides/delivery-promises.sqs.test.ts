import { defineHandler } from '@skelly/events';
import { createTestBackbone, expectEmitted, listEmitted, type TestBackbone } from '@skelly/testkit';
import { defineEvent } from '@skelly/types/event';
import { sql } from 'drizzle-orm';
import { z } from 'zod';

// #region ordered
const entered = defineEvent({
  type: 'wallet:entered',
  version: 1,
  summary: 'An entry was made in a wallet.',
  data: z.object({ walletId: z.string(), amount: z.number().int() }),
  subject: ({ walletId }) => `wallet:${walletId}`,
  ordered: true,
});
// #endregion

let backbone: TestBackbone;
beforeEach(async () => {
  backbone = await createTestBackbone({ findContract: () => entered });
  await backbone.database.pool.query(
    'create table wallet (id text primary key, balance int not null check (balance >= 0))',
  );
  await backbone.database.pool.query(`insert into wallet values ('mara', 10)`);
});
afterEach(() => backbone.close());
const rows = async (text: string) => (await backbone.database.pool.query(text)).rows;

test('state and event: both or neither', async () => {
  const { events, database } = backbone;
  // #region both
  const spend = (walletId: string, amount: number) =>
    events.transaction(async (work) => {
      await work.tx.execute(sql`update wallet set balance = balance - ${amount} where id = ${walletId}`);
      work.emit(entered, { walletId, amount: -amount });
    });
  // #endregion
  await spend('mara', 4);
  await expect(spend('mara', 7)).rejects.toThrow();
  expect(await rows('select balance from wallet')).toEqual([{ balance: 6 }]);
  await expectEmitted(database, entered, { amount: -4 });
  expect(await listEmitted(database)).toHaveLength(1);
});

test('delivered twice, done once; and in the order of the subject', async () => {
  const seen: number[] = [];
  const book = defineHandler({
    id: 'wallet.book',
    on: entered,
    async handle({ data }, work) {
      seen.push(data.amount);
      await work.tx.execute(sql`update wallet set balance = balance + ${data.amount} where id = ${data.walletId}`);
    },
  });
  await backbone.worker({ 'wallet:entered': [book] });
  for (let amount = 1; amount <= 20; amount += 1)
    await backbone.events.emitEvent(entered, { walletId: 'mara', amount }, 'test');
  await backbone.drain();
  await rows('insert into event_outbox (event_id) select event_id from event_history');
  await backbone.drain();
  expect(seen).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
  expect(await rows('select balance from wallet')).toEqual([{ balance: 10 + 210 }]);
});

test('the same emission twice is one', async () => {
  const { events, database } = backbone;
  // #region key
  const entry = { walletId: 'mara', amount: 5 };
  const first = await events.emitEvent(entered, entry, 'wallet', { idempotencyKey: 'payment-4711' });
  const again = await events.emitEvent(entered, entry, 'wallet', { idempotencyKey: 'payment-4711' });
  expect(again).toBe(first);
  // #endregion
  expect(await listEmitted(database)).toHaveLength(1);
});
