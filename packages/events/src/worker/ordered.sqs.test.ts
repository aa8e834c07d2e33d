import { eventually } from '@skelly/testkit';
import { sql } from 'drizzle-orm';
import { NonRetriable, RetryAfter } from '../errors';
import { defineBatchHandler, defineEffect, defineHandler } from '../handlers/handler';
import { createTestBackbone, type TestBackbone } from '../testing/backbone';
import { entered } from '../testing/contracts';
import type { UnitOfWork } from '../unit-of-work/unit';

describe('handlers of an ordered contract', () => {
  let backbone: TestBackbone;
  beforeEach(async () => {
    backbone = await createTestBackbone({ visibilityTimeout: 3 });
    await backbone.database.pool.query(
      'create table entries (nth bigint generated always as identity, account text, amount int)',
    );
  });
  afterEach(() => backbone.close());

  const rows = async (query: string) => (await backbone.database.pool.query(query)).rows;
  const write = (work: UnitOfWork, { account, amount }: { account: string; amount: number }) =>
    work.tx.execute(sql`insert into entries (account, amount) values (${account}, ${amount})`);

  async function emitEntries(accounts: readonly string[], each: number): Promise<void> {
    for (let amount = 1; amount <= each; amount += 1)
      await backbone.events.emitEvents(
        accounts.map((account) => ({ event: entered, data: { account, amount } })),
        'test',
      );
  }

  /** The amounts of each account in the order in which they were entered. */
  async function amounts(): Promise<Record<string, number[]>> {
    const found: Record<string, number[]> = {};
    for (const { account, amount } of await rows('select account, amount from entries order by nth'))
      found[account] = [...(found[account] ?? []), amount];
    return found;
  }

  /** Sends what waits in the outbox by hand, in any order. */
  async function sendShuffled(): Promise<void> {
    const { rows: events } = await backbone.database.pool.query('delete from event_outbox returning event_id');
    const shuffled = events.map(({ event_id }) => event_id).sort(() => Math.random() - 0.5);
    for (const id of shuffled)
      await backbone.database.pool.query('insert into event_outbox (event_id) values ($1)', [id]);
  }

  test('run in order under two workers, reordered delivery and failures', async () => {
    const tried = new Map<string, number>();
    const flaky = defineHandler({
      id: 'test.enter',
      on: entered,
      retry: { maxAttempts: 20, backoffMs: 10 },
      async handle({ data, eventId }, work) {
        await write(work, data);
        const tries = (tried.get(eventId) ?? 0) + 1;
        tried.set(eventId, tries);
        // Every fifth amount fails until it has failed alone, too.
        if (data.amount % 5 === 0 && tries <= 3) throw new Error('not yet');
      },
    });
    const handlers = { 'test:entered': [flaky] };
    const accounts = ['a', 'b', 'c'];
    await backbone.route(handlers);
    await emitEntries(accounts, 15);
    await sendShuffled();
    // It fails as often as it works, which is not what this test is about.
    const breaker = { threshold: 1_000, windowMs: 60_000, recoveryMs: 30_000 };
    await backbone.worker(handlers, { name: 'one', concurrency: 4, breaker });
    await backbone.worker(handlers, { name: 'two', concurrency: 4, breaker });
    backbone.relay({ pollingIntervalMs: 100 });
    await eventually(
      'every entry',
      async () => (await rows(`select from event_processing_log where status = 'finished'`)).length === 45,
      { withinMs: 40_000 },
    );
    const inOrder = Array.from({ length: 15 }, (_, index) => index + 1);
    expect(await amounts()).toEqual({ a: inOrder, b: inOrder, c: inOrder });
    expect(await rows('select from event_dead_letter')).toEqual([]);
    expect((await rows('select from event_attempt')).length).toBeGreaterThan(0);
  }, 60_000);

  test('wait for one that is tried again, and go on at once when it has finished or is dead', async () => {
    let open = false;
    const handler = defineHandler({
      id: 'test.enter',
      on: entered,
      async handle({ data }, work) {
        if (data.amount === 1 && !open) throw new RetryAfter('in an hour', 3_600_000);
        if (data.amount === 2) throw new NonRetriable('never');
        await write(work, data);
      },
    });
    await backbone.worker({ 'test:entered': [handler] });
    backbone.relay({ pollingIntervalMs: 100 });
    await emitEntries(['a', 'b'], 4);
    await eventually('all to wait', async () => (await rows('select from event_schedule')).length === 8);
    expect(await amounts()).toEqual({});
    open = true;
    await backbone.database.pool.query(`update event_schedule set due_at = now() where kind = 'retry'`);
    await backbone.finished(6);
    expect(await amounts()).toEqual({ a: [1, 3, 4], b: [1, 3, 4] });
    expect(await rows('select count(*) as dead from event_dead_letter')).toEqual([{ dead: 2 }]);
    // Far sooner than what would have come by its own time.
    expect(
      await rows(
        `select from event_processing_log where finished_at > (select min(finished_at) from event_processing_log) + interval '10 seconds'`,
      ),
    ).toEqual([]);
    expect(await rows('select attempt from event_attempt')).toEqual(Array.from({ length: 4 }, () => ({ attempt: 1 })));
  }, 40_000);

  test('hold for effects and batch handlers, too, and not for events before the route', async () => {
    const effects: number[] = [];
    await emitEntries(['a'], 2);
    const effect = defineEffect({
      id: 'test.effect',
      on: entered,
      port: null,
      retry: { backoffMs: 10 },
      async effect({ data, eventId }, _port, key) {
        if (data.amount === 2 && !effects.includes(-2)) {
          effects.push(-2);
          throw new Error(`${eventId} ${key}`);
        }
        effects.push(data.amount);
      },
    });
    const batches: number[][] = [];
    const batch = defineBatchHandler({
      id: 'test.batch',
      on: entered,
      batchSize: 5,
      async handle(events, work) {
        batches.push(events.map(({ data }) => data.amount));
        for (const { data } of events) await write(work, data);
      },
    });
    const handlers = { 'test:entered': [effect, batch] };
    await backbone.route(handlers);
    await emitEntries(['a'], 12);
    await sendShuffled();
    await backbone.worker(handlers);
    backbone.relay({ pollingIntervalMs: 100 });
    await backbone.finished(24);
    const inOrder = Array.from({ length: 12 }, (_, index) => index + 1);
    expect(await amounts()).toEqual({ a: inOrder });
    expect(effects.filter((amount) => amount > 0)).toEqual(inOrder);
    expect(batches.every((amounts) => amounts.length <= 5)).toBe(true);
  }, 60_000);

  test('a batch ends before an event that has not come yet, however long it is', async () => {
    const handler = defineBatchHandler({
      id: 'test.batch',
      on: entered,
      batchSize: 100,
      concurrency: 1,
      async handle(events, work) {
        for (const { data } of events) await write(work, data);
      },
    });
    const handlers = { 'test:entered': [handler] };
    await backbone.route(handlers);
    await emitEntries(['a'], 45);
    const [{ event_id: late }] = await rows(`delete from event_outbox where event_id =
      (select event_id from event_history where data->>'amount' = '40') returning event_id`);
    backbone.relay({ pollingIntervalMs: 100 });
    await eventually('all to be in the queue', async () => (await rows('select from event_outbox')).length === 0);
    await backbone.worker(handlers);
    await eventually('five to wait', async () => (await rows('select from event_schedule')).length === 5);
    await backbone.finished(39);
    await backbone.database.pool.query('insert into event_outbox (event_id) values ($1)', [late]);
    await backbone.finished(45);
    expect(await amounts()).toEqual({ a: Array.from({ length: 45 }, (_, index) => index + 1) });
  }, 40_000);
});
