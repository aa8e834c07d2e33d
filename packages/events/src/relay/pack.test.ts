import { decodeMessage } from '../message/message';
import { buildRouteTable } from '../routes/routes';
import { MAX_BATCH_BYTES, MAX_MESSAGE_BYTES } from '../transport/transport';
import type { ClaimedPointer } from './claim';
import { type Outgoing, outgoingOf, packBatches } from './pack';

const RUN = '00000000-0000-0000-0000-000000000000';
const EVENT = '019a0000-0000-7000-8000-000000000001';
const AT = '2026-01-01T00:00:00.000Z';
const STAMP = { relayedAt: AT, lowWater: 0 };

function pointer(over: Partial<ClaimedPointer> = {}, data: Record<string, unknown> = {}): ClaimedPointer {
  return {
    id: 1,
    eventId: EVENT,
    run: RUN,
    handler: null,
    queue: null,
    event: {
      eventId: EVENT,
      position: 1,
      type: 'user:registered',
      version: 1,
      sourceModule: 'user',
      subject: 'user:1',
      tenant: 'main',
      actor: 'system',
      correlationId: EVENT,
      causationId: null,
      traceparent: null,
      occurredAt: AT,
      data,
    },
    ...over,
  };
}

const routes = buildRouteTable([
  { type: 'user:registered', handler: 'a', queue: 'main' },
  { type: 'user:registered', handler: 'b', queue: 'main' },
  { type: 'user:registered', handler: 'mail', queue: 'mail' },
]);

function handlersOf(message: Outgoing): unknown {
  const decoded = decodeMessage(message.body);
  return 'message' in decoded ? decoded.message.handlers : decoded.unreadable;
}

describe('outgoingOf', () => {
  test('makes one message a queue, with the handlers that it is for', () => {
    const messages = outgoingOf(pointer(), routes, STAMP);
    expect(messages.map((message) => [message.queue, handlersOf(message)])).toEqual([
      ['main', ['a', 'b']],
      ['mail', ['mail']],
    ]);
    expect(messages.map((message) => message.pointer.queue)).toEqual(['main', 'mail']);
  });

  test('narrows to one handler or one queue', () => {
    expect(outgoingOf(pointer({ handler: 'b' }), routes, STAMP).map(handlersOf)).toEqual([['b']]);
    expect(outgoingOf(pointer({ queue: 'mail' }), routes, STAMP).map(handlersOf)).toEqual([['mail']]);
    expect(outgoingOf(pointer({ handler: 'retired' }), routes, STAMP)).toEqual([]);
    expect(outgoingOf(pointer({ event: null }), routes, STAMP)).toEqual([]);
  });

  test('sends a large event as a reference', () => {
    const [message] = outgoingOf(pointer({ queue: 'mail' }, { text: 'x'.repeat(MAX_MESSAGE_BYTES) }), routes, STAMP);
    const decoded = decodeMessage((message as Outgoing).body);
    expect(decoded).toMatchObject({ message: { reference: { eventId: EVENT }, handlers: ['mail'] } });
  });
});

describe('packBatches', () => {
  const message = (queue: string, bytes: number): Outgoing => ({
    queue,
    body: 'x'.repeat(bytes),
    pointer: { eventId: EVENT, run: RUN, handler: null, queue },
  });

  test('keeps queues apart, ten messages and the byte bound at most', () => {
    const many = [...Array.from({ length: 12 }, () => message('main', 10)), message('mail', 10)];
    expect(packBatches(many).map((batch) => [batch[0]?.queue, batch.length])).toEqual([
      ['main', 10],
      ['main', 2],
      ['mail', 1],
    ]);
    const large = [message('main', MAX_BATCH_BYTES - 5), message('main', 5), message('main', 1)];
    expect(packBatches(large).map((batch) => batch.length)).toEqual([2, 1]);
  });
});
