import { BatchFailure, defineBatchHandler, defineEffect, defineHandler } from '@skelly/events';
import { createTestBackbone, expectEmitted, type TestBackbone } from '@skelly/testkit';
import { defineEvent } from '@skelly/types/event';
import { sql } from 'drizzle-orm';
import { z } from 'zod';

const crafted = defineEvent({
  type: 'item:crafted',
  version: 1,
  summary: 'A member crafted an item.',
  data: z.object({ userId: z.string(), itemId: z.string() }),
  subject: ({ userId }) => `user:${userId}`,
});
const unlocked = defineEvent({
  type: 'achievement:unlocked',
  version: 1,
  summary: 'A member reached something.',
  data: z.object({ userId: z.string(), name: z.string() }),
  subject: ({ userId }) => `user:${userId}`,
});

let backbone: TestBackbone;
beforeEach(async () => {
  backbone = await createTestBackbone({
    findContract: (type) => [crafted, unlocked].find((contract) => contract.type === type),
  });
  await backbone.database.pool.query('create table crafts (user_id text primary key, crafts int not null)');
});
afterEach(() => backbone.close());
const rows = async () => (await backbone.database.pool.query('select * from crafts order by user_id')).rows;
const craft = (userId: string, itemId: string) => backbone.events.emitEvent(crafted, { userId, itemId }, 'test');

test('inside Postgres', async () => {
  // #region handler
  const countCrafts = defineHandler({
    id: 'achievement.count-crafts',
    on: crafted,
    async handle({ data: { userId } }, work) {
      const { rows } = await work.tx.execute<{ crafts: number }>(sql`
        insert into crafts values (${userId}, 1)
        on conflict (user_id) do update set crafts = crafts.crafts + 1
        returning crafts`);
      if (rows[0]?.crafts === 3) work.emit(unlocked, { userId, name: 'Bone carver' });
    },
  });
  // #endregion
  await backbone.worker({ 'item:crafted': [countCrafts] });
  for (const itemId of ['lantern', 'flute', 'chair', 'crown']) await craft('mara', itemId);
  await backbone.drain();
  expect(await rows()).toEqual([{ user_id: 'mara', crafts: 4 }]);
  const [event] = await expectEmitted(backbone.database, unlocked, { userId: 'mara' });
  expect(event?.actor).toBe('handler:achievement.count-crafts');
});

test('outside Postgres', async () => {
  const sent: string[] = [];
  const printer = {
    async print(itemId: string, options: { idempotencyKey: string; signal: AbortSignal }) {
      expect(options.signal.aborted).toBe(false);
      if (!sent.includes(options.idempotencyKey)) sent.push(options.idempotencyKey);
      if (itemId === 'lantern' && sent.length === 1) throw new Error('the answer was lost');
    },
  };
  // #region effect
  const createPrint = (port: { readonly printer: typeof printer }) =>
    defineEffect({
      id: 'item.print',
      on: crafted,
      queue: 'printer',
      timeoutMs: 15_000,
      retry: { maxAttempts: 5, backoffMs: 50 },
      port,
      async effect({ data }, { printer }, key, signal) {
        await printer.print(data.itemId, { idempotencyKey: key, signal });
      },
    });
  // #endregion
  await backbone.worker({ 'item:crafted': [createPrint({ printer })] });
  await craft('mara', 'lantern');
  await backbone.events.emitEvent(crafted, { userId: 'mara', itemId: 'flute' }, 'test');
  await backbone.drain();
  expect(sent).toHaveLength(2);
});

test('many at once', async () => {
  // #region batch
  const countInBatches = defineBatchHandler({
    id: 'achievement.count-in-batches',
    on: crafted,
    batchSize: 100,
    async handle(events, work) {
      const nobody = events.filter(({ data }) => data.userId === '');
      if (nobody.length > 0)
        throw new BatchFailure(new Map(nobody.map(({ eventId }) => [eventId, new Error('Crafted by nobody.')])));
      await work.tx.execute(sql`
        insert into crafts select user_id, count(*)
        from unnest(${sql.param(events.map(({ data }) => data.userId))}::text[]) as crafted (user_id) group by user_id
        on conflict (user_id) do update set crafts = crafts.crafts + excluded.crafts`);
    },
  });
  // #endregion
  await backbone.worker({ 'item:crafted': [countInBatches] });
  for (const userId of ['mara', '', 'teo', 'mara']) await craft(userId, 'lantern');
  await backbone.drain();
  expect(await rows()).toEqual([
    { user_id: 'mara', crafts: 2 },
    { user_id: 'teo', crafts: 1 },
  ]);
});
