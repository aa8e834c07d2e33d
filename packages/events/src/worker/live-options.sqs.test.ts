import { eventually } from '@skelly/testkit';
import { sql } from 'drizzle-orm';
import { defineEffect, defineHandler } from '../handlers/handler';
import { createTestBackbone, type TestBackbone } from '../testing/backbone';
import { note, noted } from '../testing/contracts';

describe('a worker whose options change while it works', () => {
  let backbone: TestBackbone;
  beforeEach(async () => {
    backbone = await createTestBackbone({ visibilityTimeout: 5 });
    await backbone.database.pool.query('create table effects (handler text, note text)');
  });
  afterEach(() => backbone.close());

  const rows = async (query: string) => (await backbone.database.pool.query(query)).rows;

  test('loses nothing and repeats nothing', async () => {
    const defaults = {
      timeoutMs: 10_000,
      retry: { maxAttempts: 5, backoffMs: 20, exponentialBackoff: true, jitter: false },
    };
    const breaker = { threshold: 1_000, windowMs: 60_000, recoveryMs: 100 };
    const options = { concurrency: 8, breaker, defaults };
    const failed = new Set<string>();
    const outside: string[] = [];
    /** Every third fails at first. */
    const stumble = (handler: string, noteId: string) => {
      const key = `${handler} ${noteId}`;
      if (Number(noteId.slice(1)) % 3 !== 0 || failed.has(key)) return;
      failed.add(key);
      throw new Error('not yet');
    };
    const handler = defineHandler({
      id: 'test.plain',
      on: noted,
      async handle({ data }, work) {
        await work.tx.execute(sql`insert into effects values ('plain', ${data.noteId})`);
        stumble('plain', data.noteId);
      },
    });
    const effect = defineEffect({
      id: 'test.effect',
      on: noted,
      port: {},
      async effect({ data }) {
        stumble('effect', data.noteId);
        outside.push(data.noteId);
      },
    });
    await backbone.worker({ 'test:noted': [handler, effect] }, options);
    backbone.relay({ pollingIntervalMs: 50 });
    let changes = 0;
    const changing = setInterval(() => {
      changes += 1;
      options.concurrency = [1, 20, 3, 8][changes % 4] as number;
      breaker.windowMs = 1_000 * (1 + (changes % 5));
      defaults.timeoutMs = 5_000 + changes;
      defaults.retry = { ...defaults.retry, backoffMs: changes % 50, jitter: changes % 2 === 0 };
    }, 20);
    try {
      const ids = Array.from({ length: 150 }, (_, index) => `n${index}`);
      await backbone.events.emitEvents(
        ids.map((id) => ({ event: noted, data: note(id) })),
        'test',
      );
      const finished = `select count(*) as finished from event_processing_log where status = 'finished'`;
      await eventually('all to finish', async () => (await rows(finished))[0].finished === 300, { withinMs: 40_000 });
      expect(await rows('select count(*) as effects, count(distinct note) as notes from effects')).toEqual([
        { effects: 150, notes: 150 },
      ]);
      expect(outside.sort()).toEqual([...ids].sort());
      expect(changes).toBeGreaterThan(5);
      expect(await rows('select from event_dead_letter')).toEqual([]);
      // Each third of the effects had one failed try, and no more.
      expect(await rows(`select count(*) as tries from event_attempt where handler = 'test.effect'`)).toEqual([
        { tries: 50 },
      ]);
    } finally {
      clearInterval(changing);
    }
  }, 60_000);

  test('takes other retries and another timeout from the next try on', async () => {
    const defaults = {
      timeoutMs: 60_000,
      retry: { maxAttempts: 1_000, backoffMs: 1, exponentialBackoff: false, jitter: false },
    };
    let hangs = false;
    const handler = defineHandler({
      id: 'test.failing',
      on: noted,
      async handle() {
        if (hangs) await new Promise(() => undefined);
        throw new Error('down');
      },
    });
    const breaker = { threshold: 100_000, windowMs: 60_000, recoveryMs: 100 };
    await backbone.worker({ 'test:noted': [handler] }, { defaults, breaker });
    backbone.relay({ pollingIntervalMs: 50 });
    await backbone.events.emitEvent(noted, note('n1'), 'test');
    await eventually('a few tries', async () => (await rows('select from event_attempt')).length >= 3);
    hangs = true;
    defaults.timeoutMs = 100;
    await eventually('a try that was cut short', async () => {
      const [last] = await rows('select error_message from event_attempt order by failed_at desc limit 1');
      return /100 ms/.test(last.error_message);
    });
    hangs = false;
    defaults.retry = { ...defaults.retry, maxAttempts: 2 };
    await eventually('its end', async () => (await rows('select from event_dead_letter')).length === 1);
  }, 40_000);
});
