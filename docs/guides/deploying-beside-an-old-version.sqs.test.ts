import { defineHandler } from '@skelly/events';
import { createTestBackbone, createTestClock, eventually, type TestBackbone } from '@skelly/testkit';
import { defineEvent } from '@skelly/types/event';
import { z } from 'zod';

const crafted = defineEvent({
  type: 'item:crafted',
  version: 1,
  summary: 'A member crafted an item.',
  data: z.object({ itemId: z.string() }),
  subject: ({ itemId }) => `item:${itemId}`,
});
const kept = defineHandler({ id: 'item.kept', on: crafted, handle: async () => undefined });
const gone = defineHandler({ id: 'item.gone', on: crafted, handle: async () => undefined });

let backbone: TestBackbone;
beforeEach(async () => {
  backbone = await createTestBackbone({ findContract: () => crafted });
});
afterEach(() => backbone.close());
const rows = async (text: string) => (await backbone.database.pool.query(text)).rows;

test('a handler that was taken out keeps its events waiting until its route ends', async () => {
  await backbone.route({ 'item:crafted': [kept, gone] });
  await backbone.worker({ 'item:crafted': [kept] });
  backbone.relay();
  await backbone.events.emitEvent(crafted, { itemId: 'lantern' }, 'test');
  await eventually('it to wait', async () => {
    const waiting = await rows(`
      -- #region waiting
      select handler, reason, count(*) as events, min(created_at) as since from event_schedule
      where kind = 'parked' group by handler, reason
      -- #endregion
    `);
    return waiting[0]?.reason === 'this worker does not know the handler';
  });
  await rows(`
    -- #region end
    update event_route set retired_at = now() where handler = 'item.gone'
    -- #endregion
  `);
  await createTestClock({ databases: [backbone.database] }).advance(3_600_000);
  await backbone.drain();
  await backbone.events.emitEvent(crafted, { itemId: 'flute' }, 'test');
  await backbone.drain();
  expect(await rows('select handler from event_processing_log')).toEqual([
    { handler: 'item.kept' },
    { handler: 'item.kept' },
  ]);
  expect(await rows('select from event_dead_letter')).toEqual([]);
});
