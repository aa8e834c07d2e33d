import { defineHandler } from '../handlers/handler';
import { createHandlerRegistry } from '../handlers/registry';
import { registerRoutes } from '../routes/routes';
import { promotePointers } from '../schedule/promote';
import { createTestBackbone, type TestBackbone } from '../testing/backbone';
import { note, noted } from '../testing/contracts';
import type { QueueTransport, SendOutcome } from '../transport/transport';
import { createCooldown } from './cooldown';
import { relayPass } from './pass';

/** A queue server that does to each queue what the test says. */
function fakeServer(behaviour: Record<string, 'takes' | 'refuses' | 'throws' | 'is silent'>) {
  const taken: string[] = [];
  const transport = {
    async send(queue, bodies): Promise<readonly SendOutcome[]> {
      if (behaviour[queue] === 'throws') throw new Error('connection refused');
      if (behaviour[queue] === 'is silent') await new Promise(() => undefined);
      if (behaviour[queue] === 'refuses') return bodies.map(() => ({ code: 'Throttled', message: 'later' }));
      taken.push(...bodies.map(() => queue));
      return bodies.map(() => undefined);
    },
  } as Partial<QueueTransport> as QueueTransport;
  return { transport, taken, behaviour };
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

  const emit = (noteId: string) => backbone.events.emitEvent(noted, note(noteId), 'test');

  test.each(['refuses', 'throws'] as const)('a queue that %s delays no other, and gets its own later', async (how) => {
    const server = fakeServer({ main: 'takes', mail: how });
    const deps = { database: backbone.database, transport: server.transport, cooldown: createCooldown(now), now };
    await emit('one');
    expect(await relayPass(deps, { above: 0, limit: 10 })).toMatchObject({
      claimed: 1,
      sent: 1,
      stalledMs: 0,
      refused: [{ queue: 'mail' }],
    });
    await emit('two');
    expect(await relayPass(deps, { above: 0, limit: 10 })).toMatchObject({
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
    expect(await relayPass(deps, { above: 0, limit: 10 })).toMatchObject({ claimed: 2, sent: 2, refused: [] });
    expect(server.taken).toEqual(['main', 'main', 'mail', 'mail']);
    expect(await rows('select from event_outbox union all select from event_schedule')).toEqual([]);
  });

  test('when no queue takes anything the outbox keeps it all, and says how long to wait', async () => {
    const server = fakeServer({ main: 'throws', mail: 'throws' });
    const deps = { database: backbone.database, transport: server.transport, cooldown: createCooldown(now), now };
    await emit('one');
    expect(await relayPass(deps, { above: 0, limit: 10 })).toMatchObject({ sent: 0, stalledMs: 250 });
    expect(await rows('select count(*) as pending from event_outbox')).toEqual([{ pending: 1 }]);
    expect(await rows('select from event_schedule')).toEqual([]);
  });

  test('a server that never answers ends the pass, not the relay', async () => {
    const server = fakeServer({ main: 'is silent', mail: 'takes' });
    const deps = { database: backbone.database, transport: server.transport, cooldown: createCooldown(now), now };
    await emit('one');
    expect(await relayPass(deps, { above: 0, limit: 10 })).toMatchObject({ sent: 1, refused: [{ queue: 'main' }] });
  }, 15_000);
});
