import { eventually } from '@skelly/testkit';
import { sql } from 'drizzle-orm';
import { BatchFailure } from '../errors';
import { defineBatchHandler, defineHandler } from '../handlers/handler';
import { createTestBackbone, type TestBackbone } from '../testing/backbone';
import { echoed, note, noted } from '../testing/contracts';

describe('batches and shared transactions', () => {
  let backbone: TestBackbone;
  beforeEach(async () => {
    backbone = await createTestBackbone({ visibilityTimeout: 5 });
    await backbone.database.pool.query('create table effects (handler text, note text)');
  });
  afterEach(() => backbone.close());

  const rows = async (query: string) => (await backbone.database.pool.query(query)).rows;
  const emit = (ids: readonly string[]) =>
    backbone.events.emitEvents(
      ids.map((id) => ({ event: noted, data: note(id) })),
      'test',
    );
  const ids = (prefix: string, count: number) => Array.from({ length: count }, (_, index) => `${prefix}${index}`);

  test('a batch handler is called for several events, and commits what it does for all of them', async () => {
    const sizes: number[] = [];
    const handler = defineBatchHandler({
      id: 'test.batch',
      on: noted,
      batchSize: 10,
      concurrency: 1,
      async handle(events, work) {
        sizes.push(events.length);
        for (const { data, eventId, correlationId } of events) {
          await work.tx.execute(sql`insert into effects values ('test.batch', ${data.noteId})`);
          work.emit(echoed, { noteId: data.noteId }, { causationId: eventId, correlationId });
        }
      },
    });
    await backbone.route({ 'test:noted': [handler] });
    await emit(ids('n', 60));
    backbone.relay();
    await eventually('all to be in the queue', async () => (await rows('select from event_outbox')).length === 0);
    await backbone.worker({ 'test:noted': [handler] });
    await backbone.finished(60);
    expect(Math.max(...sizes)).toBeGreaterThan(1);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(10);
    expect(await rows('select count(*) as runs, count(distinct note) as notes from effects')).toEqual([
      { runs: 60, notes: 60 },
    ]);
    expect(
      await rows(`select count(*) as caused from event_history echo join event_history cause on cause.event_id = echo.causation_id
                  where echo.type = 'test:echoed' and echo.subject = cause.subject`),
    ).toEqual([{ caused: 60 }]);
  }, 40_000);

  test('the events that a batch handler names are charged, once though they came twice, and the others commit', async () => {
    let refusals = 0;
    const handler = defineBatchHandler({
      id: 'test.batch',
      on: noted,
      batchSize: 50,
      concurrency: 1,
      retry: { maxAttempts: 2 },
      async handle(events, work) {
        for (const { data } of events)
          await work.tx.execute(sql`insert into effects values ('test.batch', ${data.noteId})`);
        const bad = events.filter(({ data }) => data.noteId.startsWith('bad'));
        if (bad.length > 0) refusals += 1;
        if (bad.length > 0)
          throw new BatchFailure(new Map(bad.map(({ eventId, data }) => [eventId, new Error(`no ${data.noteId}`)])));
      },
    });
    await backbone.route({ 'test:noted': [handler] });
    await emit([...ids('good', 20), 'bad0', 'bad1']);
    await backbone.database.pool.query(
      `insert into event_outbox (event_id) select event_id from event_history where subject like 'note:bad%'`,
    );
    backbone.relay();
    await eventually('all to be in the queue', async () => (await rows('select from event_outbox')).length === 0);
    await backbone.worker({ 'test:noted': [handler] });
    await backbone.finished(20);
    await eventually('two dead letters', async () => (await rows('select from event_dead_letter')).length === 2);
    expect(refusals).toBeGreaterThanOrEqual(2);
    expect(await rows('select error, attempts from event_dead_letter order by error')).toEqual([
      { error: 'no bad0', attempts: 2 },
      { error: 'no bad1', attempts: 2 },
    ]);
    expect(await rows('select count(*) as runs, count(distinct note) as notes from effects')).toEqual([
      { runs: 20, notes: 20 },
    ]);
  }, 40_000);

  test('one that fails or swallows an SQL error spares those that share its transaction, and alone is charged', async () => {
    const handler = defineHandler({
      id: 'test.shared',
      on: noted,
      concurrency: 1,
      retry: { maxAttempts: 1 },
      async handle({ data }, work) {
        await work.tx.execute(sql`insert into effects values ('test.shared', ${data.noteId})`);
        if (data.noteId === 'throws') throw new Error('no');
        if (data.noteId === 'swallows') await work.tx.execute(sql`select 1 / 0`).catch(() => undefined);
      },
    });
    await backbone.route({ 'test:noted': [handler] });
    await emit([...ids('a', 10), 'throws', ...ids('b', 10), 'swallows', ...ids('c', 10)]);
    backbone.relay();
    await eventually('all to be in the queue', async () => (await rows('select from event_outbox')).length === 0);
    await backbone.worker({ 'test:noted': [handler] });
    await backbone.finished(30);
    await eventually('two dead letters', async () => (await rows('select from event_dead_letter')).length === 2);
    expect(await rows('select error_name from event_attempt order by error_name')).toEqual([
      { error_name: 'Error' },
      { error_name: 'TransactionAbortedError' },
    ]);
    expect(await rows('select count(*) as runs, count(distinct note) as notes from effects')).toEqual([
      { runs: 30, notes: 30 },
    ]);
    // They did share: fewer transactions than deliveries wrote the inbox.
    expect((await rows('select distinct xmin::text from event_processing_log')).length).toBeLessThan(30);
  }, 40_000);

  test('a slow handler with a concurrency of its own delays no other', async () => {
    const release: (() => void)[] = [];
    let most = 0;
    let running = 0;
    const slow = defineHandler({
      id: 'test.slow',
      on: noted,
      concurrency: 2,
      async handle() {
        running += 1;
        most = Math.max(most, running);
        await new Promise<void>((resolve) => release.push(resolve));
        running -= 1;
      },
    });
    const fast = defineHandler({
      id: 'test.fast',
      on: noted,
      async handle({ data }, work) {
        await work.tx.execute(sql`insert into effects values ('test.fast', ${data.noteId})`);
      },
    });
    await backbone.worker({ 'test:noted': [slow, fast] }, { concurrency: 4 });
    backbone.relay();
    await emit(ids('n', 8));
    await eventually('every fast one', async () => (await rows('select from effects')).length === 8);
    await eventually('both of the slow ones', () => most === 2);
    const releasing = setInterval(() => release.splice(0).forEach((resolve) => void resolve()), 5);
    await backbone.finished(16).finally(() => clearInterval(releasing));
    expect(most).toBe(2);
  }, 40_000);
});
