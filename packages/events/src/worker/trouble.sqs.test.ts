import { eventually } from '@skelly/testkit';
import { sql } from 'drizzle-orm';
import { defineHandler } from '../handlers/handler';
import { createTestBackbone, type TestBackbone } from '../testing/backbone';
import { note, noted } from '../testing/contracts';
import type { UnitOfWork } from '../unit-of-work/unit';
import { listBreakers, resetBreaker } from './trouble/breaker-store';

describe('handlers and messages in trouble', () => {
  let backbone: TestBackbone;
  beforeEach(async () => {
    backbone = await createTestBackbone({ visibilityTimeout: 5 });
    await backbone.database.pool.query('create table effects (note text)');
  });
  afterEach(() => backbone.close());

  const rows = async (query: string) => (await backbone.database.pool.query(query)).rows;
  const emit = (noteId: string) => backbone.events.emitEvent(noted, note(noteId), 'test');
  const write = (work: UnitOfWork, noteId: string) => work.tx.execute(sql`insert into effects values (${noteId})`);

  /** A handler that fails until it is mended. */
  function failing() {
    const state = { broken: true, calls: 0 };
    const handler = defineHandler({
      id: 'test.failing',
      on: noted,
      retry: { maxAttempts: 100, backoffMs: 1 },
      async handle({ data }, work) {
        state.calls += 1;
        if (state.broken) throw new Error('the other side is down');
        await write(work, data.noteId);
      },
    });
    return { state, handlers: { 'test:noted': [handler] } };
  }

  test('a breaker opens at the threshold, parks without charge, tries one, and closes when that works', async () => {
    const { state, handlers } = failing();
    await backbone.worker(handlers, { breaker: { threshold: 5, windowMs: 60_000, recoveryMs: 300 } });
    backbone.relay({ pollingIntervalMs: 50 });
    for (let index = 0; index < 10; index += 1) await emit(`n${index}`);
    await eventually('the breaker to open', async () => (await listBreakers(backbone.database)).length === 1);
    const [breaker] = await listBreakers(backbone.database);
    expect(breaker).toMatchObject({ handler: 'test.failing', worker: 'test', error: 'Error: the other side is down' });
    await eventually('all to wait', async () => (await rows(`select from event_schedule`)).length === 10);
    const [{ charged }] = await rows('select count(*) as charged from event_attempt');
    expect(charged).toBeLessThan(20);
    state.broken = false;
    await backbone.finished(10);
    await eventually('the row to be gone', async () => (await rows('select from circuit_breaker')).length === 0);
    expect(await rows('select count(*) as notes from effects')).toEqual([{ notes: 10 }]);
    expect(await rows('select from event_dead_letter')).toEqual([]);
  }, 40_000);

  test('an operator’s reset closes it within seconds, long before it would have tried', async () => {
    const { state, handlers } = failing();
    await backbone.worker(handlers, { breaker: { threshold: 2, windowMs: 60_000, recoveryMs: 3_600_000 } });
    backbone.relay({ pollingIntervalMs: 50 });
    for (let index = 0; index < 4; index += 1) await emit(`n${index}`);
    await eventually(
      'all to wait behind it',
      async () => (await rows(`select from event_schedule where due_at > now() + interval '30 minutes'`)).length === 4,
    );
    state.broken = false;
    expect(await resetBreaker(backbone.database.queries, 'test.failing')).toEqual({ breakers: 1, woken: 4 });
    await eventually('the worker to learn it', () =>
      backbone.log.lines.some(({ message }) => message === 'a circuit breaker was reset'),
    );
    // What came to the worker before it knew waits again; it was woken when the worker closed its breaker.
    await backbone.finished(4);
  }, 40_000);

  test('a timeout takes the unit of work away, and ends what its connection executes', async () => {
    const late: unknown[] = [];
    let tries = 0;
    const handler = defineHandler({
      id: 'test.stuck',
      on: noted,
      timeoutMs: 200,
      retry: { maxAttempts: 2, backoffMs: 1 },
      async handle({ data }, work) {
        tries += 1;
        const { tx } = work;
        if (tries > 1) return void (await write(work, data.noteId));
        await tx.execute(sql`select pg_sleep(20)`).catch(() => undefined);
        await tx.execute(sql`insert into effects values ('too late')`).catch((error) => late.push(error));
      },
    });
    await backbone.worker({ 'test:noted': [handler] });
    backbone.relay();
    await emit('stuck');
    await backbone.finished(1);
    await eventually('the late query to be refused', () => late.length === 1);
    expect(String((late[0] as Error).cause ?? late[0])).toContain('unit of work is over');
    expect(
      await rows(
        `select from pg_stat_activity where datname = current_database() and query like '%pg_sleep(20)%' and pid <> pg_backend_pid()`,
      ),
    ).toEqual([]);
    expect(await rows('select note from effects')).toEqual([{ note: 'stuck' }]);
    expect(await rows('select error_name from event_attempt')).toEqual([{ error_name: 'HandlerTimeout' }]);
  }, 40_000);

  /** Receives a message again and again as workers do that die with it. */
  async function receiveAndForget(times: number): Promise<void> {
    for (let time = 0; time < times; time += 1) {
      const [message] = await eventually('the message', async () => {
        const messages = await backbone.queues.receive('main', { waitSeconds: 1 });
        return messages.length > 0 && messages;
      });
      if (message) await backbone.queues.changeVisibility('main', [message.receipt], 0);
    }
  }

  test('a message that was received too often runs while nothing else does', async () => {
    const running = new Set<string>();
    const beside: string[][] = [];
    const handler = defineHandler({
      id: 'test.alone',
      on: noted,
      async handle({ data }, work) {
        running.add(data.noteId);
        if (running.has('suspect')) beside.push([...running]);
        await work.tx.execute(sql`select pg_sleep(0.02)`);
        await write(work, data.noteId);
        if (running.has('suspect')) beside.push([...running]);
        running.delete(data.noteId);
      },
    });
    await backbone.route({ 'test:noted': [handler] });
    const relay = backbone.relay({ pollingIntervalMs: 100 });
    await emit('suspect');
    await receiveAndForget(2);
    for (let index = 0; index < 20; index += 1) await emit(`n${index}`);
    await eventually('all to be in the queue', async () => (await rows('select from event_outbox')).length === 0);
    await relay.stop();
    await backbone.worker({ 'test:noted': [handler] });
    await backbone.finished(21);
    expect(beside).toEqual([['suspect'], ['suspect']]);
    expect(await rows('select from event_suspect')).toEqual([]);
  }, 40_000);

  test('one that was interrupted while it ran alone has ended no worker', async () => {
    const handler = defineHandler({
      id: 'test.hanging',
      on: noted,
      handle: () => new Promise(() => undefined),
    });
    await backbone.route({ 'test:noted': [handler] });
    backbone.relay();
    await emit('hanging');
    await receiveAndForget(3);
    const worker = await backbone.worker({ 'test:noted': [handler] });
    await eventually('it to run alone', async () => (await rows('select from event_suspect')).length === 1);
    await worker.stop();
    expect(await rows('select from event_suspect')).toEqual([]);
  }, 40_000);

  test('one that has ended three workers while it ran alone is a dead letter', async () => {
    let calls = 0;
    const handler = defineHandler({
      id: 'test.killer',
      on: noted,
      async handle() {
        calls += 1;
      },
    });
    await backbone.route({ 'test:noted': [handler] });
    backbone.relay();
    const eventId = await emit('killer');
    await receiveAndForget(3);
    await backbone.database.pool.query(
      `insert into event_suspect (event_id, handler, run, starts, worker) values ($1, 'test.killer', '00000000-0000-0000-0000-000000000000', 3, 'gone')`,
      [eventId],
    );
    await backbone.worker({ 'test:noted': [handler] });
    const [dead] = await eventually('the dead letter', async () => {
      const found = await rows('select event_id, handler, reason from event_dead_letter');
      return found.length > 0 && found;
    });
    expect(dead).toEqual({ event_id: eventId, handler: 'test.killer', reason: 'worker_died' });
    expect(calls).toBe(0);
    await eventually('nothing to be left', async () => {
      const { visible, inFlight } = await backbone.queues.depth('main');
      return visible + inFlight === 0 && (await rows('select from event_suspect')).length === 0;
    });
  }, 40_000);
});
