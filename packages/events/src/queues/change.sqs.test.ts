import { eventually } from '@skelly/testkit';
import { sql } from 'drizzle-orm';
import { defineHandler } from '../handlers/handler';
import { createTestBackbone, type TestBackbone } from '../testing/backbone';
import { entered, note, noted } from '../testing/contracts';
import type { QueueTransport } from '../transport/transport';
import { countOpen, discardOpen } from './discard';
import { peekQueue, QueueUnknownError } from './inspect';
import { checkMove, moveMessages } from './move';
import { peekMessages } from './peek-messages';
import { searchQueues } from './search';

describe('changing what is in queues', () => {
  let backbone: TestBackbone;
  let transport: QueueTransport;
  beforeEach(async () => {
    backbone = await createTestBackbone({ visibilityTimeout: 2 });
    transport = backbone.queues.connect();
    await backbone.database.pool.query('create table effects (note text)');
  });
  afterEach(async () => {
    transport.close();
    await backbone.close();
  });

  const rows = async (query: string) => (await backbone.database.pool.query(query)).rows;
  const onQueue = (queue: string) => ({
    'test:noted': [
      defineHandler({
        id: 'test.write',
        on: noted,
        queue,
        handle: async ({ data }, { tx }) => void (await tx.execute(sql`insert into effects values (${data.noteId})`)),
      }),
    ],
  });
  const emit = (count: number) =>
    backbone.events.emitEvents(
      Array.from({ length: count }, (_, index) => ({ event: noted, data: note(`n${index}`, `said ${index}`) })),
      'test',
    );
  /** Emits, and waits until all of it is in the queue. */
  async function fill(count: number, queue = 'main'): Promise<void> {
    const relay = backbone.relay({ pollingIntervalMs: 50 });
    await emit(count);
    await eventually('a full queue', async () => (await transport.depth(queue)).visible === count);
    await relay.stop();
  }

  describe('moves', () => {
    test('messages to the queue that a handler has now, in runs, and nothing is done twice', async () => {
      await backbone.route(onQueue('old'));
      await fill(25, 'old');
      await backbone.worker(onQueue('new'));
      // What a run has sent and not deleted when it died is in both queues.
      const dying = { ...transport, delete: () => Promise.reject(new Error('killed')) };
      const died = await moveMessages({ transport: dying }, { from: 'old', to: 'new' });
      expect(died).toMatchObject({ refused: 0, stopped: 'failed', error: 'killed' });
      expect(died.moved).toBeGreaterThan(0);
      expect(await moveMessages({ transport }, { from: 'old', to: 'new', perSecond: 1_000, limit: 5 })).toMatchObject({
        moved: 5,
        stopped: 'limit',
      });
      await eventually('the rest', async () => {
        await moveMessages({ transport }, { from: 'old', to: 'new', perSecond: 1_000 });
        const { visible, inFlight } = await transport.depth('old');
        return visible + inFlight === 0;
      });
      await backbone.finished(25);
      expect(await rows('select count(*) as effects, count(distinct note) as notes from effects')).toEqual([
        { effects: 25, notes: 25 },
      ]);
    }, 60_000);

    test('at a bounded rate, until it is stopped; what is refused stays where it is', async () => {
      await backbone.route(onQueue('main'));
      await transport.send('main-dlq', ['a', 'b', 'c', 'd']);
      const refusing = {
        ...transport,
        send: async (_queue: string, bodies: readonly string[]) => bodies.map(() => ({ code: 'No', message: 'full' })),
      };
      const refused = await moveMessages({ transport: refusing }, { from: 'main-dlq', to: 'main' });
      expect(refused).toMatchObject({ moved: 0, stopped: 'refused' });
      expect(refused.refused).toBeGreaterThan(0);
      const silent = { ...transport, receive: () => Promise.reject(new Error('no answer')) };
      expect(await moveMessages({ transport: silent }, { from: 'main-dlq', to: 'main' })).toEqual({
        moved: 0,
        refused: 0,
        stopped: 'failed',
        error: 'no answer',
      });
      const stopping = AbortSignal.abort();
      const stopped = await moveMessages({ transport }, { from: 'main-dlq', to: 'main', signal: stopping });
      expect(stopped).toEqual({ moved: 0, refused: 0, stopped: 'aborted' });
      const startedAt = performance.now();
      const moved = await moveMessages({ transport }, { from: 'main-dlq', to: 'main', perSecond: 4 });
      expect(moved).toEqual({ moved: 4, refused: 0, stopped: 'empty' });
      expect(performance.now() - startedAt).toBeGreaterThan(900);
      expect((await transport.depth('main')).visible).toBe(4);
    });

    test('nothing where a queue does not exist, and makes none', async () => {
      await backbone.route(onQueue('main'));
      const deps = { database: backbone.database, transport };
      await expect(checkMove(deps, { from: 'main-dql', to: 'main' })).rejects.toThrow(/Did you mean main-dlq\?/);
      await expect(checkMove(deps, { from: 'main-dlq', to: 'mainn' })).rejects.toThrow(QueueUnknownError);
      await expect(checkMove(deps, { from: 'main', to: 'main' })).rejects.toMatchObject({ code: 'queue_same' });
      await expect(checkMove(deps, { from: 'query', to: 'main' })).rejects.toMatchObject({
        code: 'queue_of_questions',
      });
      await expect(peekMessages(transport, 'mainn-dlq')).rejects.toThrow(QueueUnknownError);
      expect(await transport.list()).toEqual(['main', 'main-dlq']);
    });
  });

  test('a dead-letter queue is looked into by receiving, and keeps what it has', async () => {
    await backbone.route(onQueue('main'));
    await fill(1);
    const [message] = await transport.receive('main', { waitSeconds: 2 });
    await transport.send('main-dlq', [message?.body ?? '', '{"nonsense":true}']);
    const seen = async () => {
      const messages = await peekMessages(transport, 'main-dlq');
      return messages.map(({ event, unreadable, handlers }) => [event?.subject, unreadable, ...handlers]).sort();
    };
    const wanted = [
      ['note:n0', null, 'test.write'],
      [undefined, 'not_an_envelope'],
    ].sort();
    await eventually('both', async () => JSON.stringify(await seen()) === JSON.stringify(wanted));
    await eventually('both again', async () => (await seen()).length === 2);
    expect((await transport.depth('main-dlq')).visible).toBe(2);
  });

  test('a search finds what is open, by anything that names it, and says how much it looked at', async () => {
    await backbone.route(onQueue('main'));
    await emit(30);
    const search = async (text: string, options = {}) => {
      const { found, looked, isMore } = await searchQueues(backbone.database, text, options);
      return [found.length, looked, isMore];
    };
    const [{ event_id: eventId, correlation_id: correlationId }] = await rows('select * from event_history limit 1');
    expect(await search('NOTE:N7')).toEqual([1, 30, false]);
    expect(await search(eventId.toUpperCase())).toEqual([1, 30, false]);
    expect((await search(correlationId))[0]).toBeGreaterThan(0);
    expect(await search('test.write', { limit: 30 })).toEqual([30, 30, false]);
    expect(await search('noted', { limit: 10 })).toEqual([10, 30, true]);
    expect(await search('%%')).toEqual([0, 30, false]);
    expect(await search('said 7')).toEqual([0, 30, false]);
    expect(await search('said 7', { inData: true })).toEqual([1, 30, false]);
    await expect(search('x')).rejects.toMatchObject({ code: 'search_text' });
    await expect(search('note', { queue: 'mian' })).rejects.toThrow(QueueUnknownError);
  });

  describe('purges', () => {
    test('and what is unfinished comes again, once', async () => {
      await backbone.route(onQueue('main'));
      await fill(12);
      await transport.purge('main');
      await eventually('an empty queue', async () => (await transport.depth('main')).visible === 0);
      backbone.relay({ pollingIntervalMs: 50, reconcileGraceSeconds: 1 });
      await backbone.worker(onQueue('main'));
      await eventually(
        'all effects',
        async () => (await rows('select count(distinct note) as notes from effects'))[0].notes === 12,
        { withinMs: 40_000 },
      );
      expect(await rows('select count(*) as effects from effects')).toEqual([{ effects: 12 }]);
    }, 60_000);

    test('and gives up for good what was shown, and nothing that came later', async () => {
      await backbone.route(onQueue('main'));
      await fill(5);
      const { count, upTo } = await countOpen(backbone.database, 'main');
      expect(count).toBe(5);
      await backbone.events.emitEvent(noted, note('late'), 'test');
      await expect(discardOpen(backbone.database, 'main', { upTo, reason: ' ' })).rejects.toMatchObject({
        code: 'reason_missing',
      });
      const given = { upTo, reason: 'a test' };
      expect(await discardOpen(backbone.database, 'main', { ...given, signal: AbortSignal.abort() })).toEqual({
        discarded: 0,
        stopped: true,
      });
      expect(await discardOpen(backbone.database, 'main', given)).toEqual({ discarded: 5, stopped: false });
      expect((await peekQueue(backbone.database, 'main')).map(({ subject }) => subject)).toEqual(['note:late']);
      backbone.relay({ pollingIntervalMs: 50 });
      await backbone.worker(onQueue('main'));
      await eventually('the late one', async () => (await rows('select from effects')).length === 1);
      await eventually('an empty queue', async () => {
        const { visible, inFlight } = await transport.depth('main');
        return visible + inFlight === 0;
      });
      expect(await rows('select note from effects')).toEqual([{ note: 'late' }]);
    }, 40_000);

    test('and gives up many, batch by batch, also those that are begun, and each once when two do it', async () => {
      const other = defineHandler({ id: 'test.other', on: noted, handle: async () => undefined });
      const handlers = onQueue('main')['test:noted'];
      await backbone.route({ 'test:noted': [...handlers, other] });
      await emit(600);
      await rows(`insert into event_processing_log (event_id, handler, status, queue, attempt, worker, started_at, lease_until)
        select event_id, 'test.other', 'running', 'main', 1, 'w', now(), now() + interval '1 hour' from event_history`);
      const { upTo, ...counted } = await countOpen(backbone.database, 'main');
      expect(counted).toEqual({ count: 1_200, orMore: false });
      const discard = () => discardOpen(backbone.database, 'main', { upTo, reason: 'a test' });
      const both = await Promise.all([discard(), discard()]);
      expect(both.map(({ stopped }) => stopped)).toEqual([false, false]);
      expect(both.reduce((sum, { discarded }) => sum + discarded, 0)).toBe(1_200);
      expect(await countOpen(backbone.database, 'main')).toMatchObject({ count: 0 });
      expect(
        await rows('select handler, status, count(*) as count from event_processing_log group by 1, 2 order by 1'),
      ).toEqual([
        { handler: 'test.other', status: 'finished', count: 600 },
        { handler: 'test.write', status: 'finished', count: 600 },
      ]);
    });

    test('and what came behind an ordered event that was given up goes on', async () => {
      const book = defineHandler({
        id: 'test.book',
        on: entered,
        handle: async ({ data }, { tx }) => void (await tx.execute(sql`insert into effects values (${data.amount})`)),
      });
      await backbone.route({ 'test:entered': [book] });
      await backbone.events.emitEvent(entered, { account: 'a', amount: 1 }, 'test');
      const { upTo } = await countOpen(backbone.database, 'main');
      await backbone.events.emitEvent(entered, { account: 'a', amount: 2 }, 'test');
      await discardOpen(backbone.database, 'main', { upTo, reason: 'a test' });
      backbone.relay({ pollingIntervalMs: 50 });
      await backbone.worker({ 'test:entered': [book] });
      await eventually('the second', async () => (await rows('select from effects')).length === 1);
      expect(await rows('select note from effects')).toEqual([{ note: '2' }]);
    }, 40_000);
  });
});
