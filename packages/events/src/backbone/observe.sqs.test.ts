import { eventually } from '@skelly/testkit';
import { NonRetriable } from '../errors';
import { defineEffect, defineHandler } from '../handlers/handler';
import type { RelayObserver, WorkerObserver } from '../observe';
import { createLagReader } from '../queues/lag';
import { createTestBackbone, type TestBackbone } from '../testing/backbone';
import { echoed, note, noted } from '../testing/contracts';

/** Keeps how often it was told what. */
function createTally() {
  const tally = new Map<string, number>();
  const count = (what: string, by = 1) => void tally.set(what, (tally.get(what) ?? 0) + by);
  const observe: RelayObserver & WorkerObserver = {
    emitted: (type) => count(`emitted ${type}`),
    relayed: (queue, messages) => count(`relayed ${queue}`, messages),
    refused: (queue, messages) => count(`refused ${queue}`, messages),
    lost: (queue, deliveries) => count(`lost ${queue}`, deliveries),
    gaveUp: (queue, messages) => count(`gave up ${queue}`, messages),
    received: (queue) => count(`received ${queue}`),
    called: (handler, ms, outcome) => count(`${ms >= 0 ? 'called' : 'never'} ${handler} ${outcome}`),
    failed: (handler) => count(`failed ${handler}`),
    ended: (handler, outcome) => count(`${outcome} ${handler}`),
    breaker: (handler, state) => count(`${state} ${handler}`),
  };
  return { observe, told: () => Object.fromEntries([...tally].sort()) };
}

describe('observers', () => {
  let backbone: TestBackbone;
  const tally = createTally();
  beforeAll(async () => {
    backbone = await createTestBackbone({ observe: tally.observe });
  });
  afterAll(() => backbone.close());

  const wellKnown = defineHandler({
    id: 'test.echo',
    on: noted,
    async handle({ data }, work) {
      work.emit(echoed, { noteId: data.noteId });
    },
  });
  let tries = 0;
  const fails = defineEffect({
    id: 'test.flaky',
    on: noted,
    port: null,
    async effect({ data }) {
      if (data.noteId === 'dead') throw new NonRetriable('never');
      tries += 1;
      if (tries === 1) throw new Error('once');
    },
  });

  test('are told of each event, message, call and end, once', async () => {
    await backbone.worker({ 'test:noted': [wellKnown, fails] });
    backbone.relay();
    await backbone.events.emitEvent(noted, note('flaky'), 'test');
    await backbone.events.emitEvent(noted, note('dead'), 'test');
    await backbone.events.emitEvent(noted, note('late'), 'test', { delay: 10 });
    // Three echoes, and two of the three calls of the effect's events.
    await backbone.finished(5);
    await eventually('the dead letter', () => tally.told()['dead test.flaky'] === 1);
    await eventually('the last end', () => tally.told()['finished test.flaky'] === 2);
    expect(tally.told()).toEqual({
      'called test.echo ok': 3,
      'called test.flaky error': 2,
      'called test.flaky ok': 2,
      'dead test.flaky': 1,
      'emitted test:echoed': 3,
      'emitted test:noted': 3,
      'failed test.flaky': 2,
      'finished test.echo': 3,
      'finished test.flaky': 2,
      'received main': 4,
      'relayed main': 4,
      'retrying test.flaky': 1,
    });
  });

  test('of lag read what waits where, and for how long nobody has taken it', async () => {
    await backbone.queues.ensureQueue('idle');
    let now = new Date();
    const read = createLagReader({ database: backbone.database, transport: backbone.queues.connect(), now: () => now });
    const quiet = await read();
    expect(quiet).toMatchObject({ outbox: { ageSeconds: 0, pending: 0 }, deadLetters: 1 });
    expect(quiet.queues).toEqual([{ queue: 'main', ageSeconds: expect.any(Number), depth: expect.anything() }]);

    const { pool } = backbone.database;
    await pool.query(
      `insert into event_schedule (key, kind, due_at, event_id, handler) values ('late', 'parked', now() + interval '1 hour', gen_random_uuid(), 'test.echo')`,
    );
    const idle = defineHandler({ id: 'test.idle', on: noted, queue: 'idle', handle: async () => undefined });
    await backbone.route({ 'test:noted': [wellKnown, fails, idle] });
    await backbone.events.emitEvent(noted, note('unseen'), 'test');
    const waiting = async () => (await read()).queues.find(({ queue }) => queue === 'idle');
    await eventually('the message', async () => (await waiting())?.depth?.visible === 1);
    now = new Date(now.getTime() + 90_000);
    expect(await waiting()).toMatchObject({ ageSeconds: expect.closeTo(90, 0) });
    expect((await read()).schedule).toEqual({ ageSeconds: 0, due: 0 });
  });
});
