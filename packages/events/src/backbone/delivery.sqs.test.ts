import { eventually } from '@skelly/testkit';
import { defineEvent } from '@skelly/types/event';
import { sql } from 'drizzle-orm';
import { z } from 'zod';
import { NonRetriable, RetryAfter } from '../errors';
import { defineEffect, defineHandler } from '../handlers/handler';
import { createTestBackbone, type TestBackbone } from '../testing/backbone';
import { echoed, note, noted } from '../testing/contracts';
import { deadLetterQueue } from '../transport/transport';

/** Writes a row for each run, so that running twice shows. */
const counting = (id: string, queue?: string) =>
  defineHandler({
    id,
    on: noted,
    ...(queue ? { queue } : {}),
    async handle({ data }, work) {
      await work.tx.execute(sql`insert into effects (handler, note) values (${id}, ${data.noteId})`);
    },
  });

describe('the way of an event', () => {
  let backbone: TestBackbone;
  beforeEach(async () => {
    backbone = await createTestBackbone({ visibilityTimeout: 3 });
    await backbone.database.pool.query('create table effects (handler text, note text)');
  });
  afterEach(() => backbone.close());

  const rows = async (query: string) => (await backbone.database.pool.query(query)).rows;
  const emit = (noteId: string) => backbone.events.emitEvent(noted, note(noteId), 'test');

  test('each handler runs once for each event, whatever its queue, and the outbox is empty then', async () => {
    await backbone.worker({
      'test:noted': [counting('test.first'), counting('test.second'), counting('test.slow', 'slow')],
    });
    backbone.relay();
    for (let index = 0; index < 25; index += 1) await emit(`n${index}`);
    await backbone.finished(75);
    expect(
      await rows(
        'select handler, count(*) as runs, count(distinct note) as notes from effects group by handler order by handler',
      ),
    ).toEqual([
      { handler: 'test.first', runs: 25, notes: 25 },
      { handler: 'test.second', runs: 25, notes: 25 },
      { handler: 'test.slow', runs: 25, notes: 25 },
    ]);
    expect(await rows('select * from event_outbox')).toEqual([]);
    expect(
      await rows(
        `select from event_processing_log where relayed_at is null or received_at < relayed_at - interval '1 second' or finished_at < started_at`,
      ),
    ).toEqual([]);
  });

  test('an event emitted before its handler runs anywhere waits for it', async () => {
    const handlers = { 'test:noted': [counting('test.late')] };
    await backbone.route(handlers);
    await emit('early');
    backbone.relay();
    await eventually('the relayed message', async () => (await rows('select from event_outbox')).length === 0);
    await backbone.worker(handlers);
    await backbone.finished(1);
  });

  test('what a handler emits is caused by its event, and commits with its effect', async () => {
    const seen: object[] = [];
    const echo = defineHandler({
      id: 'test.echo',
      on: noted,
      async handle({ data }, work) {
        work.emit(echoed, { noteId: data.noteId });
      },
    });
    const listen = defineHandler({
      id: 'test.listen',
      on: echoed,
      async handle({ actor, causationId, correlationId }) {
        seen.push({ actor, causationId, correlationId });
      },
    });
    await backbone.worker({ 'test:noted': [echo], 'test:echoed': [listen] });
    backbone.relay();
    const eventId = await emit('loud');
    await backbone.finished(2);
    const [{ correlation_id: correlationId }] = await rows(
      `select correlation_id from event_history where event_id = '${eventId}'`,
    );
    expect(seen).toEqual([{ actor: 'handler:test.echo', causationId: eventId, correlationId }]);
  });

  test('a message delivered many times has its effect once', async () => {
    await backbone.worker({ 'test:noted': [counting('test.once')] });
    const eventId = await emit('repeated');
    for (let copy = 0; copy < 5; copy += 1) {
      await backbone.database.pool.query('insert into event_outbox (event_id) values ($1)', [eventId]);
    }
    const relays = [backbone.relay(), backbone.relay()];
    await eventually('all copies relayed', async () => (await rows('select from event_outbox')).length === 0);
    await eventually('all copies acknowledged', async () => {
      const { visible, inFlight } = await backbone.queues.depth('main');
      return visible + inFlight === 0;
    });
    expect(await rows('select count(*) as runs from effects')).toEqual([{ runs: 1 }]);
    expect(await rows('select from event_attempt')).toEqual([]);
    await Promise.all(relays.map((relay) => relay.stop()));
  });

  test('a handler that fails is tried again without the others, and ends among the dead letters', async () => {
    const failing = defineHandler({
      id: 'test.failing',
      on: noted,
      async handle(_event, work) {
        await work.tx.execute(sql`insert into effects values ('test.failing', 'rolled back')`);
        throw new Error('it always fails');
      },
    });
    await backbone.worker({ 'test:noted': [failing, counting('test.fine')] });
    backbone.relay();
    const eventId = await emit('unlucky');
    const [dead] = await eventually('the dead letter', async () => {
      const found = await rows('select * from event_dead_letter');
      return found.length > 0 && found;
    });
    expect(dead).toMatchObject({
      event_id: eventId,
      handler: 'test.failing',
      reason: 'attempts_exhausted',
      attempts: 3,
      error: 'it always fails',
    });
    expect(await rows('select attempt, error_message from event_attempt order by attempt')).toEqual(
      [1, 2, 3].map((attempt) => ({ attempt, error_message: 'it always fails' })),
    );
    expect(await rows('select * from effects')).toEqual([{ handler: 'test.fine', note: 'unlucky' }]);
    expect(await rows('select * from event_schedule')).toEqual([]);
  });

  test('NonRetriable is not tried again; RetryAfter says when', async () => {
    const never = defineHandler({
      id: 'test.never',
      on: noted,
      async handle() {
        throw new NonRetriable('a \u0000 that Postgres cannot keep');
      },
    });
    const later = defineHandler({
      id: 'test.later',
      on: noted,
      async handle(_event, work) {
        // A first try that shared its transaction runs once more, alone, before it is charged.
        const tried = await work.tx.execute(sql`select from event_attempt where handler = 'test.later'`);
        if (tried.rowCount === 0) throw new RetryAfter('not yet', 50);
      },
    });
    await backbone.worker({ 'test:noted': [never, later] });
    backbone.relay();
    await emit('mixed');
    await backbone.finished(1);
    await eventually('the dead letter', async () => (await rows('select from event_dead_letter')).length === 1);
    const error = 'a \u2400 that Postgres cannot keep';
    expect(await rows('select handler, reason, error, attempts from event_dead_letter')).toEqual([
      { handler: 'test.never', reason: 'non_retriable', error, attempts: 1 },
    ]);
    expect(await rows('select error_message from event_attempt order by handler desc')).toEqual([
      { error_message: error },
      { error_message: 'not yet' },
    ]);
    expect(await rows('select handler, attempt from event_processing_log')).toEqual([
      { handler: 'test.later', attempt: 2 },
    ]);
  });

  test('a handler that ignores its timeout is revoked: what it wrote is rolled back', async () => {
    let tries = 0;
    const stalling = defineHandler({
      id: 'test.stalling',
      on: noted,
      timeoutMs: 200,
      async handle({ data }, work) {
        tries += 1;
        await work.tx.execute(sql`insert into effects values ('test.stalling', ${data.noteId})`);
        if (tries === 1) await new Promise(() => undefined);
      },
    });
    await backbone.worker({ 'test:noted': [stalling] });
    backbone.relay();
    await emit('stalled');
    await backbone.finished(1);
    expect(await rows('select * from effects')).toHaveLength(1);
    expect(await rows('select error_name from event_attempt')).toEqual([{ error_name: 'HandlerTimeout' }]);
  });

  test('an effect runs once with a key of its own, and again with the same key after a failure', async () => {
    const keys: string[] = [];
    const port = { send: (key: string) => keys.push(key) };
    const effect = defineEffect({
      id: 'test.effect',
      on: noted,
      port,
      async effect(_event, outside, key) {
        if (outside.send(key) === 1) throw new Error('the other side hung up');
      },
    });
    await backbone.worker({ 'test:noted': [effect] });
    backbone.relay();
    await emit('outside');
    await backbone.finished(1);
    expect(keys).toHaveLength(2);
    expect(new Set(keys).size).toBe(1);
    expect(await rows('select status, lease_until, attempt from event_processing_log')).toEqual([
      { status: 'finished', lease_until: null, attempt: 2 },
    ]);
  });

  test('two deliveries of one event never run its effect at the same time', async () => {
    let running = 0;
    let most = 0;
    const release: (() => void)[] = [];
    const effect = defineEffect({
      id: 'test.exclusive',
      on: noted,
      timeoutMs: 1_000,
      port: null,
      async effect() {
        running += 1;
        most = Math.max(most, running);
        await new Promise<void>((resolve) => release.push(resolve));
        running -= 1;
      },
    });
    await backbone.worker({ 'test:noted': [effect] });
    const eventId = await emit('exclusive');
    await backbone.database.pool.query('insert into event_outbox (event_id) values ($1)', [eventId]);
    backbone.relay();
    await eventually(
      'one running, the other parked',
      async () => release.length === 1 && (await rows(`select from event_schedule where kind = 'parked'`)).length === 1,
    );
    release[0]?.();
    await backbone.finished(1);
    await eventually(
      'the parked one to find it done',
      async () => (await rows('select from event_schedule union all select from event_outbox')).length === 0,
      { withinMs: 20_000 },
    );
    expect(most).toBe(1);
  });

  test('an effect that ignores its timeout is not tried again while it may still run', async () => {
    let running = 0;
    let most = 0;
    let tries = 0;
    const effect = defineEffect({
      id: 'test.deaf',
      on: noted,
      timeoutMs: 100,
      port: null,
      async effect() {
        tries += 1;
        running += 1;
        most = Math.max(most, running);
        // Well beyond the timeout and the first pause, and within the lease.
        if (tries === 1) await new Promise((resolve) => setTimeout(resolve, 1_500));
        running -= 1;
      },
    });
    await backbone.worker({ 'test:noted': [effect] });
    backbone.relay();
    await emit('deaf');
    await backbone.finished(1);
    expect([tries, most]).toEqual([2, 1]);
  });

  test('a redelivery before the next try is due neither runs nor is charged', async () => {
    let tries = 0;
    const failing = defineHandler({
      id: 'test.waiting',
      on: noted,
      async handle() {
        tries += 1;
        throw new RetryAfter('in an hour', 3_600_000);
      },
    });
    await backbone.worker({ 'test:noted': [failing] });
    backbone.relay({ pollingIntervalMs: 100 });
    const eventId = await emit('waits');
    await eventually('the retry', async () => (await rows('select from event_schedule')).length === 1);
    await backbone.database.pool.query('insert into event_outbox (event_id) values ($1)', [eventId]);
    await eventually('the copy to be acknowledged', async () => {
      const { visible, inFlight } = await backbone.queues.depth('main');
      return visible + inFlight === 0 && (await rows('select from event_outbox')).length === 0;
    });
    expect(tries).toBe(1);
    expect(await rows('select attempt from event_attempt')).toEqual([{ attempt: 1 }]);
  });

  test('a route that was retired and comes back gets what is emitted from then on', async () => {
    const handlers = { 'test:noted': [counting('test.back')] };
    await backbone.route(handlers);
    await backbone.database.pool.query('update event_route set retired_at = now()');
    await emit('meanwhile');
    backbone.relay({ reconcileGraceSeconds: 1 });
    await eventually('an empty outbox', async () => (await rows('select from event_outbox')).length === 0);
    await backbone.worker(handlers);
    await emit('from then on');
    await backbone.finished(1);
    expect(
      await rows('select since_position < (select max(position) from event_history) as later from event_route'),
    ).toEqual([{ later: true }]);
    expect(await rows('select note from effects')).toEqual([{ note: 'from then on' }]);
  });

  test('an upcast that fails is a dead letter with the reason', async () => {
    const newer = defineEvent({
      type: noted.type,
      summary: noted.summary,
      version: 2,
      data: z.object({ noteId: z.string() }),
      subject: ({ noteId }) => `note:${noteId}`,
      upcast: {
        1: () => {
          throw new Error('cannot be brought along');
        },
      },
    });
    await backbone.worker({
      'test:noted': [defineHandler({ id: 'test.newer', on: newer, handle: async () => undefined })],
    });
    backbone.relay();
    await emit('old');
    const [dead] = await eventually('the dead letter', async () => {
      const found = await rows('select reason, error from event_dead_letter');
      return found.length > 0 && found;
    });
    expect(dead).toEqual({ reason: 'data_invalid', error: expect.stringContaining('cannot be brought along') });
  });

  test('a failed query in a handler is kept without the values that were in it', async () => {
    const leaking = defineHandler({
      id: 'test.leaking',
      on: noted,
      retry: { maxAttempts: 1 },
      async handle(_event, work) {
        await work.tx.execute(sql`insert into no_such_table values (${'mara@example.com'})`);
      },
    });
    await backbone.worker({ 'test:noted': [leaking] });
    backbone.relay();
    await emit('leaking');
    await eventually('the dead letter', async () => (await rows('select from event_dead_letter')).length === 1);
    const kept = JSON.stringify([
      await rows('select * from event_attempt'),
      await rows('select * from event_dead_letter'),
      backbone.log.lines,
    ]);
    expect(kept).toContain('no_such_table');
    expect(kept).not.toContain('mara@example.com');
  });

  test('a handler that this worker does not know waits for one that does', async () => {
    await backbone.route({ 'test:noted': [counting('test.newer')] });
    await backbone.worker({ 'test:noted': [counting('test.older')] });
    backbone.relay();
    await emit('mixed versions');
    await backbone.finished(1);
    expect(
      await eventually('the parked delivery', async () => (await rows(`select handler, kind from event_schedule`))[0]),
    ).toEqual({ handler: 'test.newer', kind: 'parked' });
    await eventually('the message to be acknowledged', async () => {
      const { visible, inFlight } = await backbone.queues.depth('main');
      return visible + inFlight === 0;
    });
  });

  test('a message that is no envelope is kept with the reason, and the worker goes on', async () => {
    await backbone.worker({ 'test:noted': [counting('test.fine')] });
    backbone.relay();
    await backbone.queues.send('main', ['garbage', '{"type":"order.placed"}', 'x'.repeat(200_000)]);
    await emit('after the garbage');
    await backbone.finished(1);
    const dead = await eventually('three dead letters', async () => {
      const found = await rows('select reason, body, message_id, queue from event_dead_letter order by length(body)');
      return found.length === 3 && found;
    });
    expect(dead.map(({ reason }) => reason)).toEqual(['not_json', 'not_an_envelope', 'not_json']);
    expect(dead[0]).toMatchObject({ body: 'garbage', queue: 'main', message_id: expect.any(String) });
  });

  test('an event too large to travel goes by reference and arrives whole', async () => {
    let received = '';
    const reading = defineHandler({
      id: 'test.reading',
      on: noted,
      async handle({ data }) {
        received = data.text;
      },
    });
    await backbone.worker({ 'test:noted': [reading] });
    backbone.relay();
    const text = '漢😀'.repeat(60_000);
    await backbone.events.emitEvent(noted, note('large', text), 'test');
    await backbone.finished(1);
    expect(received === text).toBe(true);
  });

  test('a purged queue loses nothing: what was in it is found and sent again', async () => {
    await backbone.route({ 'test:noted': [counting('test.fine')] });
    backbone.relay({ reconcileGraceSeconds: 1 });
    for (let index = 0; index < 5; index += 1) await emit(`purged ${index}`);
    await eventually('all relayed', async () => (await rows('select from event_outbox')).length === 0);
    await eventually('an empty queue', async () => {
      const messages = await backbone.queues.receive('main', { waitSeconds: 0 });
      await backbone.queues.delete(
        'main',
        messages.map((message) => message.receipt),
      );
      const { visible, inFlight } = await backbone.queues.depth('main');
      return visible + inFlight === 0;
    });
    await backbone.worker({ 'test:noted': [counting('test.fine')] });
    await backbone.finished(5);
    expect(await rows('select count(*) as runs from effects')).toEqual([{ runs: 5 }]);
    expect(backbone.log.lines.some(({ message }) => message.includes('were lost'))).toBe(true);
  }, 40_000);

  test('a worker that stops gives back what it has not begun, and finishes what it has', async () => {
    const release: (() => void)[] = [];
    const slow = defineHandler({
      id: 'test.slow',
      on: noted,
      async handle({ data }, work) {
        await new Promise<void>((resolve) => release.push(resolve));
        await work.tx.execute(sql`insert into effects values ('test.slow', ${data.noteId})`);
      },
    });
    const worker = await backbone.worker({ 'test:noted': [slow] });
    backbone.relay();
    await emit('in hand');
    await eventually('the handler to run', () => release.length === 1);
    const stopping = worker.stop();
    release[0]?.();
    await stopping;
    await backbone.finished(1);
    await emit('after the stop');
    await backbone.worker({ 'test:noted': [counting('test.slow')] });
    await backbone.finished(2);
    expect((await rows('select note from effects order by note')).map((row) => row.note)).toEqual([
      'after the stop',
      'in hand',
    ]);
    expect(await backbone.queues.receive(deadLetterQueue('main'), { waitSeconds: 0 })).toEqual([]);
  });
});
