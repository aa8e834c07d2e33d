import { createDatabase } from '@skelly/db';
import { eventually, startTcpProxy } from '@skelly/testkit';
import { defineHandler } from '../handlers/handler';
import { createTestBackbone, type TestBackbone } from '../testing/backbone';
import { note, noted } from '../testing/contracts';
import { createTestLog } from '../testing/log';
import { deadLetterQueue, MAX_RECEIVE_COUNT } from '../transport/transport';
import { importDeadLetters, startDeadLetterImport } from './import';

const quiet = (id: string) => defineHandler({ id, on: noted, handle: async () => undefined });

describe('what SQS gave up on', () => {
  const DLQ = deadLetterQueue('main');
  let backbone: TestBackbone;
  const log = createTestLog();
  beforeEach(async () => {
    backbone = await createTestBackbone({ visibilityTimeout: 3 });
    await backbone.route({ 'test:noted': [quiet('test.first'), quiet('test.second')] });
  });
  afterEach(() => backbone.close());

  const rows = async (query: string) => (await backbone.database.pool.query(query)).rows;
  const deadLetters = () =>
    rows(`select event_id, handler, queue, type, reason, attempts, body, resolved_at is not null as resolved
          from event_dead_letter order by handler`);
  const importAll = () => importDeadLetters({ database: backbone.database, transport: backbone.queues, log });

  async function left(queue: string): Promise<number> {
    const { visible, inFlight } = await backbone.queues.depth(queue);
    return visible + inFlight;
  }

  /** Receives what is in the queue, without deleting it, until SQS moves it to the dead-letter queue. */
  async function giveUp(messages: number): Promise<void> {
    await eventually(
      'the messages in the dead-letter queue',
      async () => {
        const received = await backbone.queues.receive('main', { waitSeconds: 0 });
        await backbone.queues.changeVisibility(
          'main',
          received.map(({ receipt }) => receipt),
          0,
        );
        return (await backbone.queues.depth(DLQ)).visible >= messages;
      },
      { withinMs: 30_000 },
    );
  }

  async function relayed(noteIds: readonly string[], text = ''): Promise<readonly string[]> {
    const ids: string[] = [];
    for (const noteId of noteIds) ids.push(await backbone.events.emitEvent(noted, note(noteId, text), 'test'));
    const relay = backbone.relay();
    await eventually('an empty outbox', async () => (await rows('select from event_outbox')).length === 0);
    await relay.stop();
    return ids;
  }

  const finish = (eventId: string, handler: string) =>
    backbone.database.pool.query(
      `insert into event_processing_log (event_id, handler, status, queue, attempt, worker, started_at, finished_at)
       values ($1, $2, 'finished', 'main', 1, 'test', now(), now())`,
      [eventId, handler],
    );

  test('becomes a dead letter of each handler, and leaves the queue', async () => {
    const [eventId] = await relayed(['deadly']);
    await giveUp(1);
    expect(await importAll()).toEqual(new Map([['main', 1]]));
    const common = {
      event_id: eventId,
      queue: 'main',
      type: 'test:noted',
      reason: 'received_too_often',
      attempts: MAX_RECEIVE_COUNT,
      body: null,
      resolved: false,
    };
    expect(await deadLetters()).toEqual([
      { ...common, handler: 'test.first' },
      { ...common, handler: 'test.second' },
    ]);
    expect(await left(DLQ)).toBe(0);
  });

  test('is none of a handler that has finished, that waits, or that is due', async () => {
    const events = await relayed(['finished', 'waits', 'due', 'due to all']);
    const [finished, waits, due, dueToAll] = events as [string, string, string, string];
    await finish(finished, 'test.first');
    await backbone.database.pool.query(
      `insert into event_schedule (key, kind, due_at, event_id, handler) values ('x', 'retry', now() + interval '1 hour', $1, 'test.first')`,
      [waits],
    );
    await giveUp(4);
    await backbone.database.pool.query(`insert into event_outbox (event_id, handler) values ($1, 'test.first')`, [due]);
    // As when it was never relayed: the low-water position has not passed it.
    await backbone.database.pool.query('insert into event_outbox (event_id) values ($1)', [dueToAll]);
    await backbone.database.pool.query('update event_low_water set low_water = 0');
    await importAll();
    expect((await deadLetters()).map(({ event_id, handler }) => `${event_id} ${handler}`).sort()).toEqual(
      [finished, waits, due].map((eventId) => `${eventId} test.second`).sort(),
    );
    expect(await left(DLQ)).toBe(0);
  });

  test('holds up no order: what waits behind it is due', async () => {
    await relayed(['line']);
    await backbone.events.emitEvent(noted, note('line'), 'test');
    await backbone.database.pool.query(
      `insert into event_schedule (key, kind, due_at, event_id, handler, subject, position)
       select 'behind', 'parked', now() + interval '1 hour', event_id, 'test.first', subject, position
       from event_history order by position desc limit 1`,
    );
    await giveUp(1);
    await importAll();
    expect(await rows('select due_at <= now() as due from event_schedule')).toEqual([{ due: true }]);
  });

  test('is one of an effect whose lease its dead worker still holds', async () => {
    const [eventId] = await relayed(['leased']);
    await backbone.database.pool.query(
      `insert into event_processing_log (event_id, handler, status, queue, attempt, worker, started_at, lease_until)
       values ($1, 'test.first', 'running', 'main', 1, 'dead', now(), now() + interval '1 hour')`,
      [eventId],
    );
    await giveUp(1);
    await importAll();
    expect((await deadLetters()).map(({ handler }) => handler)).toEqual(['test.first', 'test.second']);
  });

  test('is resolved by itself when a slow worker finishes after all', async () => {
    const [eventId] = (await relayed(['slow'])) as [string];
    await giveUp(1);
    await importAll();
    await finish(eventId, 'test.first');
    await importAll();
    expect((await deadLetters()).map(({ handler, resolved }) => ({ handler, resolved }))).toEqual([
      { handler: 'test.first', resolved: true },
      { handler: 'test.second', resolved: false },
    ]);
  });

  test('is told by its event when the message only refers to it; without the event, the message is kept', async () => {
    const [kept, gone] = (await relayed(['kept', 'gone'], 'x'.repeat(220_000))) as [string, string];
    await backbone.database.pool.query('delete from event_history where event_id = $1', [gone]);
    await finish(gone, 'test.first');
    await giveUp(2);
    await importAll();
    const found = await deadLetters();
    expect(found).toHaveLength(3);
    for (const handler of ['test.first', 'test.second'])
      expect(found).toContainEqual(
        expect.objectContaining({ event_id: kept, handler, type: 'test:noted', reason: 'received_too_often' }),
      );
    expect(found).toContainEqual(
      expect.objectContaining({
        event_id: gone,
        handler: 'test.second',
        reason: 'event_gone',
        body: expect.stringContaining(gone),
      }),
    );
  });

  test('is kept with the reason when it cannot be read', async () => {
    await backbone.queues.send(DLQ, ['no json \\u0000', '{"some":"other system"}']);
    await eventually('both taken', async () => {
      await importAll();
      return (await left(DLQ)) === 0;
    });
    expect((await deadLetters()).map(({ reason, body, handler }) => ({ reason, body, handler }))).toEqual(
      expect.arrayContaining([
        { reason: 'not_json', body: 'no json \\u0000', handler: null },
        { reason: 'not_an_envelope', body: '{"some":"other system"}', handler: null },
      ]),
    );
  });

  test('comes once, though several take it and its deletion fails', async () => {
    await relayed(['again']);
    await giveUp(1);
    const taken: string[] = [];
    const undeleted = {
      ...backbone.queues,
      async delete(_queue: string, receipts: readonly string[]) {
        taken.push(...receipts);
        throw new Error('no answer');
      },
    };
    await importDeadLetters({ database: backbone.database, transport: undeleted, log });
    const before = await deadLetters();
    expect(before).toHaveLength(2);
    await backbone.database.pool.query(`update event_dead_letter set resolved_at = now() where handler = 'test.first'`);
    await backbone.queues.changeVisibility(DLQ, taken, 0);
    await eventually('an empty queue', async () => {
      await Promise.all([importAll(), importAll()]);
      return (await left(DLQ)) === 0;
    });
    expect(await deadLetters()).toEqual([{ ...before[0], resolved: true }, before[1]]);
  });

  test('stays in its queue while Postgres is away, and is taken over when it is back', async () => {
    const proxy = await startTcpProxy(backbone.database.url);
    const away = createDatabase({
      url: proxy.url,
      applicationName: 'test-import',
      onConnectionError: () => undefined,
    });
    await relayed(['patient']);
    await giveUp(1);
    const taken: string[] = [];
    // Cut between the receive and the commit.
    const transport = {
      ...backbone.queues,
      async receive(...args: Parameters<typeof backbone.queues.receive>) {
        const messages = await backbone.queues.receive(...args);
        taken.push(...messages.map(({ receipt }) => receipt));
        if (messages.length > 0) await proxy.cut();
        return messages;
      },
    };
    await importDeadLetters({ database: away, transport, log }).catch(() => undefined);
    expect(await deadLetters()).toEqual([]);
    expect(await left(DLQ)).toBe(1);
    await proxy.restore();
    await backbone.queues.changeVisibility(DLQ, taken, 0);
    const importing = startDeadLetterImport({ database: away, transport: backbone.queues, log }, { intervalMs: 100 });
    await eventually('the dead letters', async () => (await deadLetters()).length === 2);
    await eventually('an empty queue', async () => (await left(DLQ)) === 0);
    await importing.stop();
    await away.close();
    await proxy.close();
  });

  test('is left alone by a stopped import at once', async () => {
    const importing = startDeadLetterImport({ database: backbone.database, transport: backbone.queues, log });
    const startedAt = Date.now();
    await importing.stop();
    expect(Date.now() - startedAt).toBeLessThan(900);
  });
});
