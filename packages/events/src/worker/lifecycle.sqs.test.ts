import { eventually } from '@skelly/testkit';
import { sql } from 'drizzle-orm';
import { defineHandler } from '../handlers/handler';
import { createTestBackbone, type TestBackbone } from '../testing/backbone';
import { note, noted } from '../testing/contracts';
import { deadLetterQueue } from '../transport/transport';

describe('a worker that stops', () => {
  let backbone: TestBackbone;
  beforeEach(async () => {
    // Longer than the test: what stayed hidden would be missed.
    backbone = await createTestBackbone({ visibilityTimeout: 60 });
    await backbone.database.pool.query('create table effects (note text)');
  });
  afterEach(() => backbone.close());

  const rows = async (query: string) => (await backbone.database.pool.query(query)).rows;

  test('gives back at once what waits, interrupts what hangs, and leaves nothing hidden or half done', async () => {
    const started: string[] = [];
    const handler = (hangs: boolean) =>
      defineHandler({
        id: 'test.noting',
        on: noted,
        async handle({ data }, work) {
          await work.tx.execute(sql`insert into effects values (${data.noteId})`);
          started.push(data.noteId);
          if (hangs) await new Promise(() => undefined);
        },
      });
    await backbone.route({ 'test:noted': [handler(true)] });
    await backbone.events.emitEvents(
      Array.from({ length: 30 }, (_, index) => ({ event: noted, data: note(`n${index}`) })),
      'test',
    );
    backbone.relay();
    await eventually('all to be in the queue', async () => (await rows('select from event_outbox')).length === 0);
    const hanging = await backbone.worker({ 'test:noted': [handler(true)] }, { concurrency: 2 });
    await eventually('two to hang, and others to wait', async () => {
      const { inFlight } = await backbone.queues.depth('main');
      return started.length === 2 && inFlight >= 4;
    });
    await hanging.stop();
    expect(
      await rows(`select from pg_stat_activity where datname = current_database() and state like 'idle in%'`),
    ).toEqual([]);
    expect((await backbone.queues.depth('main')).inFlight).toBe(0);
    await backbone.worker({ 'test:noted': [handler(false)] });
    await backbone.finished(30);
    expect(await rows('select count(*) as notes, count(distinct note) as all from effects')).toEqual([
      { notes: 30, all: 30 },
    ]);
    expect(await rows('select from event_attempt')).toEqual([]);
    expect((await backbone.queues.depth(deadLetterQueue('main'))).visible).toBe(0);
  }, 40_000);
});
