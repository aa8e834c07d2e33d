import { randomUUID } from 'node:crypto';
import { eventually, hasRedis, startTestRedis, type TestRedis } from '@skelly/testkit';
import { sql } from 'drizzle-orm';
import { defineEffect, defineHandler, type Handler } from '../../handlers/handler';
import { createTestBackbone, type TestBackbone } from '../../testing/backbone';
import { entered, note, noted } from '../../testing/contracts';
import { listRateLimited, RATE_LIMIT_REASON } from './line';

describe('handlers with a rate limit', () => {
  let backbone: TestBackbone;
  let redis: TestRedis | undefined;
  beforeEach(async () => {
    backbone = await createTestBackbone({ visibilityTimeout: 5 });
    await backbone.database.pool.query('create table effects (nth bigint generated always as identity, note text)');
    // How often a delivery had to wait.
    await backbone.database.pool.query(`create table waits (key text, reason text);
      create function note_wait() returns trigger language plpgsql as $$ begin
        insert into waits values (new.key, new.reason); return new; end $$;
      create trigger note_wait after insert on event_schedule for each row execute function note_wait();`);
  });
  afterEach(async () => {
    await backbone.close();
    await redis?.stop();
    redis = undefined;
  });

  const rows = async (query: string) => (await backbone.database.pool.query(query)).rows;
  const emit = (noteId: string) => backbone.events.emitEvent(noted, note(noteId), 'test');
  const waits = async () => Number((await rows('select count(*) as count from waits'))[0].count);
  const attempts = () => rows('select from event_attempt');
  /** Names no other test uses: a Redis that is given is shared. */
  const uniqueId = () => `test.limited-${randomUUID()}`;

  /** Notes when it was called. */
  function calling(rateLimit: { calls: number; perSeconds: number }, id = uniqueId()) {
    const calls: { noteId: string; at: number }[] = [];
    const effect = defineEffect({
      id,
      on: noted,
      queue: 'limited',
      rateLimit,
      port: calls,
      async effect({ data }, port) {
        port.push({ noteId: data.noteId, at: performance.now() });
      },
    });
    return { calls, handlers: { 'test:noted': [effect] } satisfies Record<string, readonly Handler[]> };
  }

  /** Emits so many, and returns when the first was. */
  async function emitMany(count: number, prefix = 'n'): Promise<number> {
    const began = performance.now();
    for (let index = 0; index < count; index += 1) await emit(`${prefix}${index}`);
    return began;
  }

  /** The window of the nth call cannot have opened sooner than so many windows after the first. */
  function expectWithin(calls: readonly { at: number }[], began: number, limit: { calls: number; perSeconds: number }) {
    for (const [nth, { at }] of calls.entries())
      expect(at - began).toBeGreaterThanOrEqual(Math.floor(nth / limit.calls) * limit.perSeconds * 1_000 - 5);
  }

  const stores: readonly (readonly [string, () => Promise<string | undefined>])[] = [
    ['Postgres', async () => undefined],
    ...(hasRedis()
      ? [
          [
            'Redis',
            async () => {
              redis = await startTestRedis();
              return redis.url;
            },
          ] as const,
        ]
      : []),
  ];

  test.each(stores)(
    'are called by two workers no more often than it allows, counted in %s',
    async (_, start) => {
      const redisUrl = await start();
      const limit = { calls: 6, perSeconds: 1 };
      const { calls, handlers } = calling(limit);
      for (const name of ['one', 'two']) await backbone.worker(handlers, { name, ...(redisUrl ? { redisUrl } : {}) });
      backbone.relay({ pollingIntervalMs: 50 });
      const began = await emitMany(40);
      await backbone.finished(40);
      expect(calls).toHaveLength(40);
      expectWithin(calls, began, limit);
      // It uses what it is allowed, and nobody goes round and round.
      expect((calls.at(-1) as { at: number }).at - began).toBeLessThan(15_000);
      expect(await waits()).toBeLessThan(120);
      expect(await attempts()).toEqual([]);
      expect(await rows('select from event_dead_letter')).toEqual([]);
    },
    60_000,
  );

  test('wait visibly, each event about in its turn, and newer ones take no calls from older', async () => {
    const { calls, handlers } = calling({ calls: 10, perSeconds: 1 });
    await backbone.worker(handlers);
    backbone.relay({ pollingIntervalMs: 50 });
    await emitMany(50, 'old');
    await eventually('the old ones to have been called or to wait', async () => {
      const [{ seen }] = await rows(`select count(*) as seen from event_history as history
        where exists (select from waits where key like 'delivery:' || history.event_id || ':%')
          or exists (select from event_processing_log as log where log.event_id = history.event_id)`);
      return seen === 50;
    });
    const [limited] = await listRateLimited(backbone.database);
    expect(limited).toMatchObject({ handler: handlers['test:noted'][0]?.id, waiting: expect.any(Number) });
    expect(await rows('select distinct reason from waits')).toEqual([{ reason: RATE_LIMIT_REASON }]);
    await emitMany(50, 'new');
    await backbone.finished(100);
    // By chance the last of the old ones would be among the last of all.
    expect(calls.findLastIndex(({ noteId }) => noteId.startsWith('old'))).toBeLessThan(80);
    expect(await rows('select from event_schedule')).toEqual([]);
  }, 60_000);

  test('delay no other handler', async () => {
    const { handlers } = calling({ calls: 1, perSeconds: 3_600 });
    const other = defineHandler({
      id: 'test.other',
      on: noted,
      async handle({ data }, work) {
        await work.tx.execute(sql`insert into effects (note) values (${data.noteId})`);
      },
    });
    await backbone.worker({ 'test:noted': [...handlers['test:noted'], other] });
    backbone.relay({ pollingIntervalMs: 50 });
    await emitMany(50);
    await eventually('the other to have done all', async () => (await rows('select from effects')).length === 50);
    await eventually('the rest to wait', async () => (await rows('select from event_schedule')).length === 49);
    const [{ last }] = await rows('select extract(epoch from max(due_at) - now())::int as last from event_schedule');
    expect(last).toBeGreaterThan(24 * 3_600);
  }, 40_000);

  test('keep the order of subjects', async () => {
    const id = uniqueId();
    const handler = defineHandler({
      id,
      on: entered,
      queue: 'limited',
      rateLimit: { calls: 5, perSeconds: 1 },
      async handle({ data }, work) {
        await work.tx.execute(sql`insert into effects (note) values (${`${data.account} ${data.amount}`})`);
      },
    });
    for (const name of ['one', 'two']) await backbone.worker({ 'test:entered': [handler] }, { name });
    backbone.relay({ pollingIntervalMs: 50 });
    for (let amount = 1; amount <= 8; amount += 1)
      for (const account of ['a', 'b']) await backbone.events.emitEvent(entered, { account, amount }, 'test');
    await backbone.finished(16);
    const notes = (await rows('select note from effects order by nth')).map((row) => row.note as string);
    for (const account of ['a', 'b'])
      expect(notes.filter((text) => text.startsWith(account))).toEqual(
        Array.from({ length: 8 }, (_, index) => `${account} ${index + 1}`),
      );
  }, 60_000);

  test('pass a try of an open breaker only within the limit, and come back when it is mended', async () => {
    const state = { broken: true, calls: 0 };
    const handler = defineEffect({
      id: uniqueId(),
      on: noted,
      // #region limit
      queue: 'limited',
      rateLimit: { calls: 2, perSeconds: 1 },
      // #endregion
      retry: { maxAttempts: 100, backoffMs: 1 },
      port: state,
      async effect(_, port) {
        port.calls += 1;
        if (port.broken) throw new Error('the other side is down');
      },
    });
    await backbone.worker(
      { 'test:noted': [handler] },
      { breaker: { threshold: 2, windowMs: 60_000, recoveryMs: 300 } },
    );
    backbone.relay({ pollingIntervalMs: 50 });
    await emitMany(6);
    await eventually('the breaker to open', async () => (await rows('select from circuit_breaker')).length === 1);
    state.broken = false;
    await backbone.finished(6);
  }, 60_000);

  (hasRedis() ? test : test.skip)(
    'wait while Redis is away, uncharged, and go on after',
    async () => {
      redis = await startTestRedis();
      const { calls, handlers } = calling({ calls: 100, perSeconds: 1 });
      await backbone.worker(handlers, { redisUrl: redis.url });
      backbone.relay({ pollingIntervalMs: 50 });
      await emit('before');
      await backbone.finished(1);
      await redis.kill();
      await emitMany(10);
      await eventually('them to wait', async () => (await rows('select from event_schedule')).length === 10);
      expect(calls).toHaveLength(1);
      await redis.restart();
      await backbone.finished(11);
      expect(calls).toHaveLength(11);
      expect(await attempts()).toEqual([]);
    },
    60_000,
  );

  test('refuse a queue that is not theirs, and limits that are none', () => {
    const limited = (rateLimit: { calls: number; perSeconds: number }) => () => calling(rateLimit);
    expect(limited({ calls: 0, perSeconds: 1 })).toThrow(/rateLimit.calls must be 1 to 1000000; got 0/);
    expect(limited({ calls: 1, perSeconds: 0.5 })).toThrow(/rateLimit.perSeconds must be 1 to 86400, whole; got 0.5/);
    const handler = defineHandler({
      id: 'test.main',
      on: noted,
      rateLimit: { calls: 1, perSeconds: 1 },
      handle: async () => undefined,
    });
    return expect(backbone.worker({ 'test:noted': [handler] })).rejects.toMatchObject({ code: 'rate_limit_on_main' });
  });
});
