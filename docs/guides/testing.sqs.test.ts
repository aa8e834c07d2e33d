// #region setup
import { defineHandler, NonRetriable, withEventContext } from '@skelly/events';
import {
  createTestBackbone,
  createTestClock,
  createTestEvent,
  createTestEventBus,
  eventually,
  expectEmitted,
  listEmitted,
  type TestBackbone,
  type TestEventBus,
} from '@skelly/testkit';
import { defineEvent } from '@skelly/types/event';
import { userRegistered } from '@skelly/types/user';
import { sql } from 'drizzle-orm';
import { z } from 'zod';

const tested = defineEvent({
  type: 'test:event',
  version: 1,
  summary: 'Something was tested.',
  data: z.object({ test: z.string() }),
  subject: () => 'test:1',
});
const told = defineEvent({
  type: 'test:told',
  version: 1,
  summary: 'Somebody was told of it.',
  data: z.object({ test: z.string(), told: z.string() }),
  subject: () => 'test:1',
});

let backbone: TestBackbone;
let testEventBus: TestEventBus;
let emitEvent: TestEventBus['emitEvent'];

beforeEach(async () => {
  backbone = await createTestBackbone({
    findContract: (type) => [tested, told].find((contract) => contract.type === type),
  });
  testEventBus = createTestEventBus(backbone);
  emitEvent = testEventBus.emitEvent;
});
afterEach(() => backbone.close());
// #endregion

const tell = defineHandler({
  id: 'test.tell',
  on: tested,
  async handle({ data }, work) {
    work.emit(told, { test: data.test, told: 'Mara' });
  },
});

test('the sample "Testing" of the event system’s source runs as it is written', async () => {
  // Somebody emits while the sample waits.
  const elsewhere = Promise.resolve().then(() => emitEvent('test:event', { test: 'elsewhere' }, 'test'));
  // #region source
  // Clear handlers
  testEventBus.clear();

  // Wait for event
  const event = await testEventBus.waitForEvent('test:event', 5000);

  // Mock handler
  const mock = testEventBus.mockHandler('test:event');
  await emitEvent('test:event', { test: 'data' }, 'test');
  expect(mock.wasCalled()).toBe(true);
  // #endregion
  await elsewhere;
  expect(event.data).toEqual({ test: 'elsewhere' });
  expect(mock.calls.map(({ data }) => data)).toEqual([{ test: 'data' }]);
});

test('clear forgets mocks and events', async () => {
  const mock = testEventBus.mockHandler('test:event');
  await emitEvent('test:event', { test: 'one' }, 'test');
  testEventBus.clear();
  await emitEvent('test:event', { test: 'two' }, 'test');
  expect(mock.calls.map(({ data }) => data)).toEqual([{ test: 'one' }]);
  expect((await testEventBus.waitForEvent('test:event')).data).toEqual({ test: 'two' });
  testEventBus.clear();
  await expect(testEventBus.waitForEvent('test:event', 50)).rejects.toThrow('the event test:event: not within 50 ms');
});

test('a mock after clear is another handler', async () => {
  testEventBus.mockHandler('test:event');
  await emitEvent('test:event', { test: 'one' }, 'test');
  testEventBus.clear();
  const mock = testEventBus.mockHandler('test:event');
  await emitEvent('test:event', { test: 'two' }, 'test');
  expect(mock.calls.map(({ data }) => data)).toEqual([{ test: 'two' }]);
  const { rows } = await backbone.database.pool.query('select handler from event_processing_log order by handler');
  expect(rows).toEqual([{ handler: 'test.mock.1' }, { handler: 'test.mock.2' }]);
});

test('a handler that gives up fails its emitEvent, unless that was expected', async () => {
  const fails = defineHandler({
    id: 'test.fails',
    on: tested,
    async handle() {
      throw new NonRetriable('no');
    },
  });
  // #region dead
  await backbone.worker({ 'test:event': [fails] });
  await expect(emitEvent('test:event', { test: 'data' }, 'test')).rejects.toThrow('test:event for test.fails: no');
  await emitEvent('test:event', { test: 'data' }, 'test', { deadLetters: 1 });
  // #endregion
  testEventBus.clear();
  const mock = testEventBus.mockHandler('test:event');
  await expect(emitEvent('test:event', { test: 'data' }, 'test', { deadLetters: 2 })).rejects.toThrow(
    'Expected 2 dead letters of the event and of what came of it; there are 1.\n  test:event for test.fails: no',
  );
  expect(mock.wasCalled()).toBe(true);
});

test('what comes of an event counts with it, what came before it in the same context does not', async () => {
  const fails = defineHandler({
    id: 'test.fails',
    on: told,
    async handle({ data }) {
      throw new NonRetriable(`no ${data.test}`);
    },
  });
  await backbone.worker({ 'test:event': [tell], 'test:told': [fails] });
  await withEventContext({ actor: 'user:1' }, async () => {
    await expect(emitEvent(tested, { test: 'one' }, 'test')).rejects.toThrow(
      /are 1\.\n {2}test:told for test\.fails: no one$/,
    );
    await expect(emitEvent(tested, { test: 'two' }, 'test')).rejects.toThrow(
      /are 1\.\n {2}test:told for test\.fails: no two$/,
    );
  });
});

test('several mocks of a type are called once each, and a type that there is not is refused', async () => {
  const mocks = [testEventBus.mockHandler('test:event'), testEventBus.mockHandler('test:event')];
  await emitEvent(tested, { test: 'data' }, 'test');
  expect(mocks.map(({ calls }) => calls.length)).toEqual([1, 1]);
  expect(() => testEventBus.mockHandler('test:evnt')).toThrow('test:evnt');
  await expect(emitEvent('test:evnt', {}, 'test')).rejects.toThrow('test:evnt');
});

test('a handler, through the real relay and the real worker', async () => {
  // #region drain
  await backbone.worker({ 'test:event': [tell] });
  await backbone.events.emitEvent(tested, { test: 'data' }, 'test');
  await backbone.drain();

  const [event] = await expectEmitted(backbone.database, told, { told: 'Mara' });
  expect(event?.actor).toBe('handler:test.tell');
  // #endregion
  await expectEmitted(backbone.database, told, { told: 'Teo' }, { times: 0 });
  expect((await listEmitted(backbone.database)).map(({ type }) => type)).toEqual(['test:event', 'test:told']);
});

test('a handler alone, called with an event that was made up', async () => {
  // #region event
  const event = createTestEvent(tested, { test: 'data' }, { actor: 'user:1' });
  await backbone.events.transaction((work) => tell.handle(event, work));
  await expectEmitted(backbone.database, told, { test: 'data' });
  // #endregion
  expect(createTestEvent(userRegistered)).toEqual(createTestEvent(userRegistered));
});

test('what was not emitted as expected is shown beside what was', async () => {
  await backbone.events.emitEvent(tested, { test: 'data' }, 'test');
  await expect(expectEmitted(backbone.database, told)).rejects.toThrow(
    'Expected test:told with {} 1 time; it was emitted 0 times.\nHistory has:\n  1. test:event {"test":"data"}',
  );
});

test('drain says what is left, and why', async () => {
  await backbone.route({ 'test:event': [tell] });
  await backbone.events.emitEvent(tested, { test: 'data' }, 'test');
  backbone.relay();
  await eventually('it to be sent', async () => {
    const { rowCount } = await backbone.database.pool.query('select from event_outbox');
    return rowCount === 0;
  });
  await expect(backbone.drain({ withinMs: 50 })).rejects.toThrow(
    /Is a worker with these handlers running\?\n {2}test:event for test\.tell is in the queue main, or at a worker/,
  );
});

test('drain waits for retries, and ends with a dead letter', async () => {
  let tries = 0;
  const fails = defineHandler({
    id: 'test.fails',
    on: tested,
    async handle() {
      tries += 1;
      throw new Error('no');
    },
  });
  await backbone.worker({ 'test:event': [fails] });
  await backbone.events.emitEvent(tested, { test: 'data' }, 'test');
  await backbone.drain();
  expect(tries).toBe(3);
  expect((await backbone.database.pool.query('select from event_dead_letter')).rowCount).toBe(1);
});

test('four hours pass at once', async () => {
  await backbone.worker({ 'test:event': [tell] });
  // #region clock
  const clock = createTestClock({ databases: [backbone.database] });
  const begun = clock.now();
  await backbone.events.emitEvent(tested, { test: 'craft' }, 'test', { delay: 4 * 3_600_000 });
  await clock.advance(3 * 3_600_000);
  await backbone.drain();
  expect(await listEmitted(backbone.database)).toEqual([]);

  await clock.advance(3_600_000);
  await backbone.drain();
  await expectEmitted(backbone.database, told, { test: 'craft' });
  expect(clock.now().getTime() - begun.getTime()).toBe(4 * 3_600_000);
  // #endregion
  await expect(clock.advance(-1)).rejects.toThrow('0 milliseconds or more');
  const { rows } = await backbone.database.queries.execute(sql`select from event_schedule`);
  expect(rows).toEqual([]);
});
