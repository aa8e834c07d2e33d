import { defineHandler, NonRetriable, RetryAfter } from '@skelly/events';
import { createTestBackbone, createTestClock, type TestBackbone } from '@skelly/testkit';
import { defineEvent } from '@skelly/types/event';
import { sql } from 'drizzle-orm';
import { z } from 'zod';

const crafted = defineEvent({
  type: 'item:crafted',
  version: 1,
  summary: 'A member crafted an item.',
  data: z.object({ itemId: z.string() }),
  subject: ({ itemId }) => `item:${itemId}`,
});

let backbone: TestBackbone;
beforeEach(async () => {
  backbone = await createTestBackbone({ findContract: () => crafted });
});
afterEach(() => backbone.close());
const query = async (text: string) => (await backbone.database.pool.query(text)).rows;
const craft = (itemId: string) => backbone.events.emitEvent(crafted, { itemId }, 'test');

test('a policy of its own, and what cannot be helped by trying again', async () => {
  const tries: string[] = [];
  const recipes: Record<string, number> = { lantern: 3 };
  // #region policy
  const price = defineHandler({
    id: 'item.price',
    on: crafted,
    timeoutMs: 5_000,
    retry: { maxAttempts: 4, backoffMs: 20, exponentialBackoff: true, jitter: true },
    async handle({ data }) {
      tries.push(data.itemId);
      if (data.itemId === 'nothing') throw new NonRetriable('No recipe makes nothing.');
      if (recipes[data.itemId] === undefined) throw new Error('Its recipe is not there yet.');
    },
  });
  // #endregion
  await backbone.worker({ 'item:crafted': [price] });
  for (const itemId of ['lantern', 'nothing', 'flute']) await craft(itemId);
  await backbone.drain();
  expect(tries.filter((itemId) => itemId === 'flute')).toHaveLength(4);
  expect(tries.filter((itemId) => itemId === 'nothing')).toHaveLength(1);
  expect(
    await query(`
      -- #region dead
      select type, handler, reason, attempts, error from event_dead_letter
      where failed_at > now() - interval '1 day' order by failed_at desc
      -- #endregion
    `),
  ).toMatchObject([
    { handler: 'item.price', reason: 'attempts_exhausted', attempts: 4, error: 'Its recipe is not there yet.' },
    { handler: 'item.price', reason: 'non_retriable', attempts: 1, error: 'No recipe makes nothing.' },
  ]);
});

test('a handler that knows when to come back', async () => {
  let isClosed = true;
  // #region later
  const stamp = defineHandler({
    id: 'item.stamp',
    on: crafted,
    async handle() {
      if (isClosed) throw new RetryAfter('The office is closed until tomorrow.', 12 * 3_600_000);
    },
  });
  // #endregion
  await backbone.worker({ 'item:crafted': [stamp] });
  backbone.relay();
  await craft('lantern');
  await expect(backbone.drain({ withinMs: 2_000 })).rejects.toThrow('item:crafted for item.stamp waits until');
  isClosed = false;
  await createTestClock({ databases: [backbone.database] }).advance(12 * 3_600_000);
  await backbone.drain();
  expect(await query(`select attempt from event_processing_log where status = 'finished'`)).toEqual([{ attempt: 2 }]);
});

test('a part that may fail on its own', async () => {
  await query('create table stock (item_id text primary key)');
  // #region savepoint
  const shelve = defineHandler({
    id: 'item.shelve',
    on: crafted,
    async handle({ data }, work) {
      await work.tx.execute(sql`savepoint shelf`);
      try {
        await work.tx.execute(sql`insert into stock values (${data.itemId})`);
      } catch {
        await work.tx.execute(sql`rollback to savepoint shelf`);
      }
    },
  });
  // #endregion
  await backbone.worker({ 'item:crafted': [shelve] });
  await craft('lantern');
  await craft('lantern');
  await backbone.drain();
  expect(await query('select item_id from stock')).toEqual([{ item_id: 'lantern' }]);
  expect(await query('select from event_attempt')).toEqual([]);
});
