import { decodeMessage, type StoredEvent } from '../message/message';
import { MAX_BATCH_BYTES, MAX_MESSAGE_BYTES } from '../transport/transport';
import { destinationsOf, type Outgoing, outgoingOf, packBatches } from './pack';
import { buildRouteTable } from './route-table';

const RUN = '00000000-0000-0000-0000-000000000000';
const EVENT = '019a0000-0000-7000-8000-000000000001';
const STAMP = { relayedAt: '2026-01-01T00:00:00.000Z', lowWater: 3 };

const pointer = (over: { handler?: string; queue?: string } = {}) => ({
  eventId: EVENT,
  run: RUN,
  handler: null,
  queue: null,
  ...over,
});

const event = (data: Record<string, unknown> = {}, position = 100): StoredEvent => ({
  eventId: EVENT,
  position,
  type: 'user:registered',
  version: 1,
  sourceModule: 'user',
  subject: 'user:1',
  tenant: 'main',
  actor: 'system',
  correlationId: EVENT,
  causationId: null,
  traceparent: null,
  occurredAt: STAMP.relayedAt,
  dataJson: JSON.stringify(data),
});

const routes = buildRouteTable(1, [
  { type: 'user:registered', handler: 'a', queue: 'main', since: 0 },
  { type: 'user:registered', handler: 'b', queue: 'main', since: 50 },
  { type: 'user:registered', handler: 'mail', queue: 'mail', since: 0 },
]);

const waysOf = (over: { handler?: string; queue?: string }, position?: number) =>
  destinationsOf(pointer(over), event({}, position), routes).map(({ queue, handlers }) => [queue, handlers]);

describe('destinationsOf', () => {
  test('names each queue, with the handlers that a message on it is for', () => {
    expect(waysOf({})).toEqual([
      ['main', ['a', 'b']],
      ['mail', ['mail']],
    ]);
    expect(destinationsOf(pointer(), event(), routes).map((one) => one.pointer.queue)).toEqual(['main', 'mail']);
  });

  test('leaves out a handler that was registered after the event, unless the pointer is for it', () => {
    expect(waysOf({}, 50)).toEqual([
      ['main', ['a']],
      ['mail', ['mail']],
    ]);
    expect(waysOf({ handler: 'b' }, 50)).toEqual([['main', ['b']]]);
  });

  test('narrows to one handler or one queue', () => {
    expect(waysOf({ handler: 'b' })).toEqual([['main', ['b']]]);
    expect(waysOf({ queue: 'mail' })).toEqual([['mail', ['mail']]]);
    expect(waysOf({ handler: 'retired' })).toEqual([]);
  });

  test('asks all handlers when those of the pointer’s queue have moved', () => {
    expect(waysOf({ queue: 'left' })).toEqual(waysOf({}));
  });
});

describe('outgoingOf', () => {
  const decoded = (given: StoredEvent | 'too large') =>
    outgoingOf(destinationsOf(pointer({ queue: 'mail' }), event(), routes), given, STAMP).map(({ body, bytes }) => {
      expect(bytes).toBe(Buffer.byteLength(body));
      return decodeMessage(body);
    });

  test('carries the event and what the relay knows', () => {
    expect(decoded(event({ text: 'é' }))).toMatchObject([
      { message: { ...STAMP, handlers: ['mail'], event: { eventId: EVENT, position: 100, data: { text: 'é' } } } },
    ]);
  });

  test('sends a large event as a reference', () => {
    const reference = [{ message: { reference: { eventId: EVENT }, handlers: ['mail'], lowWater: 3 } }];
    expect(decoded(event({ text: 'x'.repeat(MAX_MESSAGE_BYTES) }))).toMatchObject(reference);
    expect(decoded('too large')).toMatchObject(reference);
  });
});

describe('packBatches', () => {
  const message = (bytes: number): Outgoing => ({
    queue: 'main',
    body: 'x'.repeat(bytes),
    bytes,
    pointer: pointer({ queue: 'main' }),
    traced: null,
  });

  test('keeps to ten messages and the byte bound', () => {
    const many = Array.from({ length: 12 }, () => message(10));
    expect(packBatches(many).map((batch) => batch.length)).toEqual([10, 2]);
    const large = [message(MAX_BATCH_BYTES - 5), message(5), message(1)];
    expect(packBatches(large).map((batch) => batch.length)).toEqual([2, 1]);
    expect(packBatches([])).toEqual([]);
  });
});
