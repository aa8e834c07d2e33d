import { eventually } from '@skelly/testkit';
import { defineEvent } from '@skelly/types/event';
import { sql } from 'drizzle-orm';
import { z } from 'zod';
import { defineHandler, type Handler } from '../handlers/handler';
import { createTestBackbone, type TestBackbone } from '../testing/backbone';

const type = 'test:renamed';
const summary = 'Something got a name.';
const subject = ({ id }: { id: string }) => `thing:${id}`;
const first = defineEvent({ type, version: 1, summary, subject, data: z.object({ id: z.string(), name: z.string() }) });
const second = defineEvent({
  type,
  version: 2,
  summary,
  subject,
  data: z.object({ id: z.string(), title: z.string() }),
  upcast: { 1: ({ id, name }) => ({ id, title: name }) },
});

describe('two versions of a worker side by side', () => {
  let backbone: TestBackbone;
  beforeEach(async () => {
    backbone = await createTestBackbone({ visibilityTimeout: 5 });
    await backbone.database.pool.query('create table effects (handler text, id text, title text)');
  });
  afterEach(() => backbone.close());

  const rows = async (query: string) => (await backbone.database.pool.query(query)).rows;
  const old = (id: string): Handler =>
    defineHandler({
      id,
      on: first,
      async handle({ data }, work) {
        await work.tx.execute(sql`insert into effects values (${id}, ${data.id}, ${data.name})`);
      },
    });
  const fresh = (id: string): Handler =>
    defineHandler({
      id,
      on: second,
      async handle({ data }, work) {
        await work.tx.execute(sql`insert into effects values (${id}, ${data.id}, ${data.title})`);
      },
    });

  test('one handler more, one less, and a newer contract: nothing is lost, nothing happens twice', async () => {
    const oldWorker = await backbone.worker({ [type]: [old('test.kept'), old('test.gone')] }, { name: 'old' });
    backbone.relay({ pollingIntervalMs: 100 });
    const emitOld = (id: string) => backbone.events.emitEvent(first, { id, name: `name ${id}` }, 'test');
    const emitNew = (id: string) => backbone.events.emitEvent(second, { id, title: `name ${id}` }, 'test');
    for (let index = 0; index < 10; index += 1) await emitOld(`before${index}`);
    await backbone.finished(20);

    await backbone.worker({ [type]: [fresh('test.kept'), fresh('test.added')] }, { name: 'new' });
    for (let index = 0; index < 20; index += 1) await Promise.all([emitOld(`old${index}`), emitNew(`new${index}`)]);
    // All that both of them can do: the old worker cannot do the newer version for the handler that is gone.
    await eventually(
      'all that one of them can do',
      async () => {
        // What one of them did not know need not wait for its time.
        await backbone.database.pool.query('update event_schedule set due_at = now()');
        return (await rows('select from event_processing_log')).length === 20 + 40 + 40 + 20;
      },
      { withinMs: 40_000 },
    );
    await oldWorker.stop();
    await eventually('the rest to wait for somebody who knows it', async () => {
      const waiting = await rows(
        `select handler, reason from event_schedule union all select handler, 'due' from event_outbox`,
      );
      return waiting.length === 20 && waiting.every(({ handler }) => handler === 'test.gone');
    });

    expect(
      await rows('select handler, count(*) as runs, count(distinct id) as things from effects group by 1 order by 1'),
    ).toEqual([
      { handler: 'test.added', runs: 40, things: 40 },
      { handler: 'test.gone', runs: 30, things: 30 },
      { handler: 'test.kept', runs: 50, things: 50 },
    ]);
    expect(await rows(`select from effects where title <> 'name ' || id`)).toEqual([]);
    expect(await rows('select from event_attempt union all select from event_dead_letter')).toEqual([]);
  }, 90_000);
});
