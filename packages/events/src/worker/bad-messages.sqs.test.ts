import { randomUUID } from 'node:crypto';
import { eventually } from '@skelly/testkit';
import { v7 as uuidv7 } from 'uuid';
import { defineHandler } from '../handlers/handler';
import { createTestBackbone, type TestBackbone } from '../testing/backbone';
import { note, noted } from '../testing/contracts';

describe('bad messages', () => {
  let backbone: TestBackbone;
  let handled: string[];
  const handler = defineHandler({
    id: 'test.noting',
    on: noted,
    async handle({ data }) {
      handled.push(data.noteId);
    },
  });
  beforeEach(async () => {
    handled = [];
    backbone = await createTestBackbone({ visibilityTimeout: 5 });
  });
  afterEach(() => backbone.close());

  const rows = async (query: string) => (await backbone.database.pool.query(query)).rows;
  const message = (event: object = {}, over: object = {}) =>
    JSON.stringify({
      skelly: 1,
      handlers: ['test.noting'],
      run: '00000000-0000-0000-0000-000000000000',
      relayedAt: new Date().toISOString(),
      lowWater: 0,
      event: {
        eventId: uuidv7(),
        position: 1,
        type: 'test:noted',
        version: 1,
        sourceModule: 'test',
        subject: 'note:1',
        tenant: 'main',
        actor: 'system',
        correlationId: randomUUID(),
        causationId: null,
        traceparent: null,
        occurredAt: new Date().toISOString(),
        data: note('forged'),
        ...event,
      },
      ...over,
    });

  test('each is kept with its reason, and the worker goes on', async () => {
    const bad: readonly (readonly [what: string, body: string, reason: string])[] = [
      ['nothing but spaces', ' ', 'not_json'],
      ['256 KiB of garbage', 'x'.repeat(262_144), 'not_json'],
      ['JSON that is no object', '[1, 2]', 'not_an_envelope'],
      ['no handlers', message({}, { handlers: [] }), 'not_an_envelope'],
      ['a version that is none', message({ version: 0 }), 'not_an_envelope'],
      ['an id that is none', message({ eventId: 'mine' }), 'not_an_envelope'],
      [
        'a type and a handler that nobody knows',
        message({ type: 'test:unknown' }, { handlers: ['test.unknown'] }),
        'event_gone',
      ],
      ['a newer version of an event that is nowhere', message({ version: 9 }), 'event_gone'],
      ['data that its version does not allow', message({ data: { noteId: 7 } }), 'data_invalid'],
      [
        'a reference to an event that is nowhere',
        message({}, { event: undefined, reference: { eventId: uuidv7() } }),
        'event_gone',
      ],
      ['a short form with missing fields', '{"type":"use_item","userId":"u1"}', 'short_form_invalid'],
      [
        'a short form that no contract takes',
        '{"type":"use_item","userId":"u1","itemId":"i1","quantity":1}',
        'type_unknown',
      ],
      [
        'a short form of items that are none',
        '{"type":"reward_inventory_item","userId":"u1","items":"key"}',
        'short_form_invalid',
      ],
    ];
    await backbone.worker({ 'test:noted': [handler] });
    backbone.relay();
    for (const [, body] of bad) await backbone.queues.send('main', [body]);
    await backbone.events.emitEvent(noted, note('good'), 'test');
    await eventually('an empty queue', async () => {
      const { visible, inFlight } = await backbone.queues.depth('main');
      return visible + inFlight === 0 && handled.length === 1;
    });
    const dead = await rows('select reason, error, body, handler from event_dead_letter');
    expect(dead.map(({ reason }) => reason).sort()).toEqual(bad.map(([, , reason]) => reason).sort());
    for (const { error } of dead) expect(error.length).toBeGreaterThan(10);
    // Data of the wrong form belongs to an event that is known by its id; everything else is kept as it came.
    const bodies = bad.filter(([, , reason]) => reason !== 'data_invalid').map(([, body]) => body);
    expect(dead.flatMap(({ body }) => body ?? []).sort()).toEqual([...bodies].sort());
    expect(handled).toEqual(['good']);
  }, 40_000);

  test('a late reference to an event that was finished and is gone is no news', async () => {
    await backbone.worker({ 'test:noted': [handler] });
    backbone.relay();
    const eventId = await backbone.events.emitEvent(noted, note('good'), 'test');
    await backbone.finished(1);
    await backbone.database.pool.query('delete from event_history');
    await backbone.queues.send('main', [message({}, { event: undefined, reference: { eventId } })]);
    await eventually('it to be acknowledged', async () => {
      const { visible, inFlight } = await backbone.queues.depth('main');
      return visible + inFlight === 0;
    });
    expect(await rows('select from event_dead_letter')).toEqual([]);
    expect(handled).toEqual(['good']);
  });
});
