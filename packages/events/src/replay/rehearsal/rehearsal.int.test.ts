import { createTestDatabase, eventually, type TestDatabase } from '@skelly/testkit';
import { sql } from 'drizzle-orm';
import { BatchFailure, NonRetriable } from '../../errors';
import { createEventSystem, type EventSystem } from '../../event-system';
import { defineBatchHandler, defineEffect, defineHandler, type Handler } from '../../handlers/handler';
import { createHandlerRegistry } from '../../handlers/registry';
import { registerRoutes } from '../../routes/routes';
import { echoed, note, noted } from '../../testing/contracts';
import { eachCandidate } from '../candidates';
import { type ReplaySelection, readHead, readInboxStart } from '../selection';
import { findWays } from '../ways';
import { type RehearsalOptions, rehearse } from './rehearsal';

const now = () => new Date();
const notifier = { committed: () => undefined, close: async () => undefined };
const insert = (text: string) => sql`insert into tally (text) values (${text})`;

describe('a rehearsal', () => {
  let database: TestDatabase;
  let events: EventSystem;
  beforeEach(async () => {
    database = await createTestDatabase({ max: 12 });
    events = createEventSystem({ database, notifier, now });
    await database.pool.query(`
      create table tally (text text not null, owner integer);
      create table owner (id integer primary key);
      alter table tally add constraint tally_owner foreign key (owner) references owner deferrable initially deferred`);
  });
  afterEach(() => database.drop());

  /** Emits notes, of which no pointer is left: their messages are in a queue, or lost. */
  async function emit(texts: readonly string[]): Promise<readonly string[]> {
    const ids = await events.emitEvents(
      texts.map((text, nth) => ({ event: noted, data: note(`n${nth % 7}`, text) })),
      'test',
    );
    await database.pool.query('delete from event_outbox');
    return ids;
  }

  async function run(
    handlers: readonly Handler[],
    {
      timeoutMs = 10_000,
      selection = { type: 'test:noted' },
      named = [],
      ...options
    }: RehearsalOptions & {
      timeoutMs?: number;
      selection?: ReplaySelection;
      named?: readonly string[];
    } = {},
  ) {
    const registry = createHandlerRegistry({ 'test:noted': handlers });
    await registerRoutes(database.queries, registry);
    const { ways } = await findWays(database, selection, { handlers: named, types: ['test:noted'] });
    const plan = { selection, ways, upTo: await readHead(database), inboxStart: await readInboxStart(database) };
    const retry = { maxAttempts: 3, backoffMs: 1, exponentialBackoff: true, jitter: false };
    return rehearse({ database, now, registry, defaults: { timeoutMs, retry } }, eachCandidate(database, plan, 300), {
      ...options,
    });
  }

  /** Rows of every table, and where the sequences that everybody sees stand. */
  async function state(): Promise<Record<string, unknown>> {
    const { rows: tables } = await database.pool.query<{ name: string }>(
      `select oid::regclass::text as name from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace order by 1`,
    );
    const counts = await Promise.all(
      tables.map(async ({ name }) => [
        name,
        (await database.pool.query(`select count(*)::int as count from ${name}`)).rows[0].count,
      ]),
    );
    const sequences = await database.pool.query(
      `select sequencename, last_value from pg_sequences where sequencename in ('event_position', 'push_position') order by 1`,
    );
    return { ...Object.fromEntries(counts), sequences: sequences.rows };
  }

  const plain = defineHandler({
    id: 'test.tally',
    on: noted,
    async handle({ data }, work) {
      await work.tx.execute(insert(data.text));
      await work.tx.execute(sql`update tally set owner = null where text = ${data.text}`);
      work.emit(echoed, { noteId: data.noteId });
      work.push(noted, data);
      work.emit(echoed, { noteId: data.noteId }, { delay: 60_000 });
    },
  });

  test('tells what handlers would do, and does nothing of it', async () => {
    await emit(Array.from({ length: 500 }, (_, nth) => `t${nth}`));
    const mailed: string[] = [];
    const effect = defineEffect({
      id: 'test.mail',
      on: noted,
      port: mailed,
      async effect({ eventId }, port) {
        port.push(eventId);
      },
    });
    const batches: number[] = [];
    const batch = defineBatchHandler({
      id: 'test.batch',
      on: noted,
      batchSize: 500,
      async handle(all, work) {
        batches.push(all.length);
        await work.tx.execute(insert('batch'));
        await work.tx.execute(sql`delete from tally where text = 'batch'`);
      },
    });
    await database.pool.query(`insert into tally (text) select 'other' from generate_series(1, 9)`);
    const before = await run([plain, effect, batch], { limit: 1 }).then(state);
    batches.length = 0;
    const rehearsal = await run([plain, effect, batch], { named: ['test.tally', 'test.mail', 'test.batch'] });
    expect(rehearsal).toEqual({
      tried: 1_500,
      worked: 1_000,
      failed: 0,
      locked: 0,
      passedBy: {},
      rows: [{ table: 'tally', inserted: 500 + batches.length, updated: 500, deleted: batches.length }],
      backboneRows: [],
      events: [{ type: 'test:echoed', count: 500 }],
      timers: [{ type: 'test:echoed', count: 500 }],
      pushes: [
        { channels: 'all', count: 500 },
        { channels: 'room', count: 500 },
      ],
      effects: [{ handler: 'test.mail', count: 500 }],
      failures: [],
      otherFailures: 0,
      stopped: null,
    });
    expect(Math.max(...batches)).toBeLessThanOrEqual(100);
    expect(await state()).toEqual(before);
    expect(mailed).toEqual([]);
  });

  test('passes by what has finished, waits or is dead, and tries those instead when told to', async () => {
    const [finished, waiting, dead, discarded] = await emit(['a', 'b', 'c', 'd', 'e']);
    await run([plain], { limit: 1 });
    const log = `insert into event_processing_log (event_id, handler, status, queue, attempt, worker, started_at, finished_at)
      values ($1, 'test.tally', 'finished', 'main', 1, $2, now(), now())`;
    await database.pool.query(log, [finished, 'w']);
    await database.pool.query(log, [discarded, 'discarded by cli']);
    await database.pool.query(`insert into event_outbox (event_id, handler) values ($1, 'test.tally')`, [waiting]);
    await database.pool.query(
      `insert into event_dead_letter (event_id, handler, run, reason, error) values ($1, 'test.tally', '00000000-0000-0000-0000-000000000000', 'x', 'x')`,
      [dead],
    );
    expect(await run([plain])).toMatchObject({
      worked: 1,
      passedBy: { finished: 1, waiting: 1, dead: 1, discarded: 1 },
      rows: [{ table: 'tally', inserted: 1, updated: 1 }],
    });
    expect(await run([plain], { state: 'finished' })).toMatchObject({ worked: 1, passedBy: { open: 1 } });
  });

  test('names failures by their cause, counts the rows of the others alone, and lets these see each other', async () => {
    await emit(Array.from({ length: 150 }, (_, nth) => `t${nth}`));
    const failing = defineHandler({
      id: 'test.failing',
      on: noted,
      async handle({ data }, work) {
        await work.tx.execute(insert(data.text));
        const nth = Number(data.text.slice(1));
        if (nth % 50 === 3) throw new NonRetriable(`note ${nth} has no owner`);
        if (nth === 60) await work.tx.execute(sql`update tally set owner = 1 where text = ${data.text}`);
        if (nth === 70) await work.tx.execute(sql`select 1 / 0`).catch(() => undefined);
      },
    });
    const rehearsal = await run([failing], { lanes: 1 });
    expect(rehearsal).toMatchObject({
      tried: 150,
      worked: 145,
      failed: 5,
      rows: [{ table: 'tally', inserted: 145, updated: 0, deleted: 0 }],
    });
    expect(rehearsal.failures).toEqual([
      expect.objectContaining({ handler: 'test.failing', reason: 'non_retriable', count: 3 }),
      expect.objectContaining({ error: expect.stringMatching(/tally_owner/), count: 1 }),
      expect.objectContaining({ error: expect.stringMatching(/aborted/), count: 1 }),
    ]);
    const [first] = rehearsal.failures;
    const { rows } = await database.pool.query(
      `select dead_letter_fingerprint('test.failing', 'main', 'non_retriable', 'note 7 has no owner') as fingerprint`,
    );
    expect(first?.fingerprint).toBe(rows[0].fingerprint);
  });

  test('a batch is tried again without those that it names', async () => {
    const [bad] = await emit(['a', 'b', 'c']);
    const calls: number[] = [];
    const batch = defineBatchHandler({
      id: 'test.batch',
      on: noted,
      batchSize: 10,
      async handle(all, work) {
        calls.push(all.length);
        await work.tx.execute(insert('batch'));
        const named = all.filter(({ eventId }) => eventId === bad);
        if (named.length > 0) throw new BatchFailure(new Map([[bad as string, new Error('not this one')]]));
      },
    });
    expect(await run([batch])).toMatchObject({
      worked: 2,
      failed: 1,
      failures: [{ error: 'not this one', reason: 'attempts_exhausted' }],
      rows: [{ table: 'tally', inserted: 1 }],
    });
    expect(calls).toEqual([3, 2]);
  });

  test('does not wait long for what others hold, nor count it as a failure', async () => {
    await emit(['held', 'free']);
    await database.pool.query(`insert into tally (text) values ('held')`);
    const client = await database.pool.connect();
    await client.query('begin');
    await client.query(`select from tally where text = 'held' for update`);
    const touching = defineHandler({
      id: 'test.touching',
      on: noted,
      async handle({ data }, work) {
        await work.tx.execute(sql`update tally set owner = null where text = ${data.text}`);
      },
    });
    const rehearsal = await run([touching]);
    await client.query('rollback');
    client.release();
    expect(rehearsal).toMatchObject({ tried: 2, worked: 1, failed: 0, locked: 1, failures: [] });
  });

  test('its own transactions do not count as others who hold what it needs', async () => {
    await emit(Array.from({ length: 300 }, (_, nth) => `t${nth}`));
    await database.pool.query(`insert into tally (text) values ('hot')`);
    const hot = defineHandler({
      id: 'test.hot',
      on: noted,
      async handle(_event, work) {
        await work.tx.execute(sql`update tally set owner = null where text = 'hot'`);
        await work.tx.execute(sql`select pg_sleep(0.004)`);
      },
    });
    expect(await run([hot])).toMatchObject({
      tried: 300,
      worked: 300,
      locked: 0,
      rows: [{ table: 'tally', updated: 300 }],
    });
  });

  test('takes the transaction from a handler that overruns, and ends when they do it again and again', async () => {
    await emit(['a', 'slow', 'b']);
    const slow = defineHandler({
      id: 'test.slow',
      on: noted,
      timeoutMs: 300,
      async handle({ data }, work) {
        await work.tx.execute(insert(data.text));
        if (data.text.startsWith('slow')) await work.tx.execute(sql`select pg_sleep(60)`);
      },
    });
    expect(await run([slow], { lanes: 1 })).toMatchObject({
      worked: 2,
      failed: 1,
      rows: [{ table: 'tally', inserted: 2 }],
      failures: [{ error: expect.stringMatching(/did not finish within 300 ms/) }],
      stopped: null,
    });
    await eventually('no statement is left', async () => {
      const { rows } = await database.pool.query(
        `select from pg_stat_activity where query like '%pg_sleep(60)' and datname = current_database()`,
      );
      return rows.length === 0;
    });
    await emit(Array.from({ length: 8 }, (_, nth) => `slow${nth}`));
    expect(await run([slow], { lanes: 1 })).toMatchObject({ stopped: 'overruns' });
  });

  test('ends when it is told to, with what it knows so far', async () => {
    await emit(['a', 'b']);
    const ending = new AbortController();
    const endless = defineHandler({
      id: 'test.endless',
      on: noted,
      async handle() {
        ending.abort();
        await new Promise(() => undefined);
      },
    });
    expect(await run([endless], { signal: ending.signal })).toMatchObject({ stopped: 'aborted', worked: 0 });
  });

  test('passes by events from before the inbox, and those that it has no handler for', async () => {
    await emit(['a']);
    const old = '018c0000-0000-7000-8000-000000000000';
    await database.pool.query(
      `create table event_history_20231120 partition of event_history for values from (uuid_floor('2023-11-20')) to (uuid_floor('2023-11-27'))`,
    );
    await database.pool.query(
      `insert into event_history (event_id, type, version, source_module, subject, data, actor, correlation_id, occurred_at)
       select $1, type, version, source_module, subject, data, actor, correlation_id, occurred_at from event_history`,
      [old],
    );
    await database.pool.query(
      `insert into event_route (type, handler, queue, kind, since_position) values ('test:noted', 'test.newer', 'main', 'handle', 0)`,
    );
    expect(await run([plain])).toMatchObject({ worked: 1, passedBy: { old: 2, unknown: 1 } });
  });
});
