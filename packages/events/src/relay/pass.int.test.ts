import { defineHandler } from '../handlers/handler';
import { createHandlerRegistry } from '../handlers/registry';
import { registerRoutes } from '../routes/routes';
import { promotePointers } from '../schedule/promote';
import { createTestBackbone, type TestBackbone } from '../testing/backbone';
import { echoed, note, noted } from '../testing/contracts';
import type { QueueTransport, SendOutcome } from '../transport/transport';
import { createCooldown } from './cooldown';
import { createDepthGauge } from './depth';
import { type PassDependencies, relayPass } from './pass';
import { createRouteCache } from './route-table';

/** A queue server that does to each queue what the test says. */
function fakeServer(behaviour: Record<string, 'takes' | 'refuses' | 'throws' | 'is silent' | 'refuses the first'>) {
  const taken: string[] = [];
  const bodiesOf: string[] = [];
  const transport = {
    async send(queue, bodies): Promise<readonly SendOutcome[]> {
      if (behaviour[queue] === 'throws') throw new Error('connection refused');
      if (behaviour[queue] === 'is silent') await new Promise(() => undefined);
      if (behaviour[queue] === 'refuses') return bodies.map(() => ({ code: 'Throttled', message: 'later' }));
      const outcomes = bodies.map((_, index) =>
        behaviour[queue] === 'refuses the first' && index === 0 ? { code: 'Invalid', message: 'not that' } : undefined,
      );
      taken.push(...bodies.filter((_, index) => !outcomes[index]).map(() => queue));
      bodiesOf.push(...bodies.filter((_, index) => !outcomes[index]));
      return outcomes;
    },
    depth: async () => ({ visible: 0, inFlight: 0, delayed: 0 }),
  } as Partial<QueueTransport> as QueueTransport;
  return { transport, taken, bodies: bodiesOf, behaviour };
}

describe('relayPass', () => {
  let backbone: TestBackbone;
  let time = Date.now();
  const now = () => new Date(time);
  const rows = async (query: string) => (await backbone.database.pool.query(query)).rows;

  beforeEach(async () => {
    backbone = await createTestBackbone();
    const handle = async () => undefined;
    const handlers = [
      defineHandler({ id: 'test.main', on: noted, handle }),
      defineHandler({ id: 'test.mail', on: noted, queue: 'mail', handle }),
    ];
    await registerRoutes(backbone.database.queries, createHandlerRegistry({ 'test:noted': handlers }));
  });
  afterEach(() => backbone.close());

  const emit = (noteId: string, text?: string) => backbone.events.emitEvent(noted, note(noteId, text), 'test');
  const depsFor = (transport: QueueTransport): PassDependencies => ({
    database: backbone.database,
    transport,
    routes: createRouteCache(),
    cooldown: createCooldown(now),
    depths: createDepthGauge({ transport, log: backbone.log, now, onRoom: () => undefined }, { maxQueueDepth: 1_000 }),
    now,
  });
  const all = { above: 0, closed: [], limit: 10, lowWater: 0 };
  const pending = async () => (await rows('select count(*) as pending from event_outbox'))[0].pending;

  test.each(['refuses', 'throws'] as const)('a queue that %s delays no other, and gets its own later', async (how) => {
    const server = fakeServer({ main: 'takes', mail: how });
    const deps = depsFor(server.transport);
    await emit('one');
    expect(await relayPass(deps, all)).toMatchObject({
      claimed: 1,
      sent: 1,
      givenUp: false,
      refused: [{ queue: 'mail' }],
    });
    await emit('two');
    expect(await relayPass(deps, all)).toMatchObject({
      claimed: 1,
      sent: 1,
      refused: [{ queue: 'mail' }],
    });
    expect(server.taken).toEqual(['main', 'main']);
    expect(await rows('select * from event_outbox')).toEqual([]);
    expect(await rows('select kind, handler, queue from event_schedule')).toEqual(
      [1, 2].map(() => ({ kind: 'parked', handler: null, queue: 'mail' })),
    );

    server.behaviour['mail'] = 'takes';
    time += 60_000;
    await backbone.database.pool.query('update event_schedule set due_at = now()');
    expect(await promotePointers(backbone.database, new Date(0))).toBe(2);
    expect(await relayPass(deps, all)).toMatchObject({ claimed: 2, sent: 2, refused: [] });
    expect(server.taken).toEqual(['main', 'main', 'mail', 'mail']);
    expect(await rows('select from event_outbox union all select from event_schedule')).toEqual([]);
  });

  test('when no queue takes anything the outbox keeps it all', async () => {
    const server = fakeServer({ main: 'throws', mail: 'throws' });
    const deps = depsFor(server.transport);
    await emit('one');
    expect(await relayPass(deps, all)).toMatchObject({ sent: 0, givenUp: true });
    expect(await rows('select count(*) as pending from event_outbox')).toEqual([{ pending: 1 }]);
    expect(await rows('select from event_schedule')).toEqual([]);
  });

  test('a server that never answers ends the pass, not the relay', async () => {
    const server = fakeServer({ main: 'is silent', mail: 'takes' });
    const deps = depsFor(server.transport);
    await emit('one');
    expect(await relayPass(deps, all)).toMatchObject({ sent: 1, refused: [{ queue: 'main' }] });
  }, 15_000);

  test('a message that its queue does not take waits, and the queue goes on', async () => {
    const server = fakeServer({ main: 'refuses the first', mail: 'takes' });
    const deps = depsFor(server.transport);
    for (const noteId of ['one', 'two', 'three']) await emit(noteId);
    expect(await relayPass(deps, all)).toMatchObject({
      sent: 5,
      refused: [{ queue: 'main', reason: 'Invalid not that' }],
    });
    expect(deps.cooldown.remaining('main')).toBe(0);
    expect(await rows('select queue, due_at > now() as later from event_schedule')).toEqual([
      { queue: 'main', later: true },
    ]);
  });

  test('past a closed queue, takes what others wait for and leaves the rest where it is', async () => {
    const server = fakeServer({});
    const deps = depsFor(server.transport);
    await backbone.route({
      'test:echoed': [defineHandler({ id: 'test.echoed', on: echoed, handle: async () => undefined })],
    });
    await backbone.events.transaction(async (work) => {
      for (const noteId of ['a', 'b', 'c']) work.emit(echoed, { noteId });
      work.emit(noted, note('both'));
    });
    const pass = await relayPass(deps, { ...all, closed: ['main'] });
    expect(pass).toMatchObject({ claimed: 1, sent: 1, more: false });
    expect(server.taken).toEqual(['mail']);
    expect([await pending(), await rows('select queue from event_schedule')]).toEqual([3, [{ queue: 'main' }]]);
    expect(await relayPass(deps, { ...all, closed: ['main'], above: pass.highestId })).toMatchObject({ claimed: 0 });
    expect(await relayPass(deps, all)).toMatchObject({ claimed: 3, sent: 3 });
  });

  test('sends bulky events in parts, and those too large for a message by reference', async () => {
    const server = fakeServer({});
    const texts = ['x'.repeat(20_000), 'y'.repeat(300_000), ...Array.from({ length: 25 }, () => 'z'.repeat(3_000))];
    for (const text of texts) await emit('bulky', text);
    expect(await relayPass(depsFor(server.transport), { ...all, limit: 100 })).toMatchObject({
      sent: 2 * texts.length,
    });
    const references = server.bodies.filter((body) => 'reference' in JSON.parse(body));
    const lengths = server.bodies.map((body) => JSON.parse(body).event?.data.text.length);
    expect(references).toHaveLength(2);
    expect(lengths.filter((length) => length === 20_000)).toHaveLength(2);
    expect(lengths.filter((length) => length === 3_000)).toHaveLength(50);
  });

  test('a handler gets what was emitted after it was registered, though the relay remembers its routes', async () => {
    const server = fakeServer({});
    const deps = depsFor(server.transport);
    await emit('before');
    await relayPass(deps, all);
    await emit('on the way');
    const later = defineHandler({ id: 'test.later', on: noted, queue: 'later', handle: async () => undefined });
    await backbone.route({ 'test:noted': [later] });
    await emit('after');
    await relayPass(deps, all);
    expect(server.taken.filter((queue) => queue === 'later')).toHaveLength(1);
    await backbone.database.pool.query(`update event_route set retired_at = now() where handler = 'test.later'`);
    await emit('retired');
    await relayPass(deps, all);
    expect(server.taken.filter((queue) => queue === 'later')).toHaveLength(1);
  });

  test('a relay whose connection ends between send and commit repeats, and loses nothing', async () => {
    const server = fakeServer({});
    const { send } = server.transport;
    const killing = {
      ...server.transport,
      async send(queue: string, bodies: readonly string[]) {
        await rows(`select pg_terminate_backend(pid) from pg_stat_activity
          where datname = current_database() and state = 'idle in transaction'`);
        return send(queue, bodies);
      },
    };
    await emit('one');
    await expect(relayPass(depsFor(killing), all)).rejects.toThrow();
    expect(server.taken.sort()).toEqual(['mail', 'main']);
    expect(await pending()).toBe(1);
    expect(await relayPass(depsFor(server.transport), all)).toMatchObject({ sent: 2 });
    expect(await pending()).toBe(0);
  });
});
