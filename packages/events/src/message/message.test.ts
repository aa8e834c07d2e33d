import { decodeMessage, encodeEvent, encodeMessage, encodeReference } from './message';

const ID = '019a0000-0000-7000-8000-000000000001';
const head = {
  handlers: ['a'],
  run: '00000000-0000-0000-0000-000000000000',
  relayedAt: '2026-01-01T00:00:00.000Z',
  lowWater: 7,
};
const event = {
  eventId: ID,
  position: 1,
  type: 'test:noted',
  version: 1,
  sourceModule: 'test',
  subject: 'note:1',
  tenant: 'main',
  actor: 'system',
  correlationId: ID,
  causationId: null,
  traceparent: null,
  occurredAt: '2026-01-01T00:00:00.000Z',
  data: { text: '😀 \u0001 é \\ud83d' },
};
const encoded = (data: object = event.data) => encodeEvent({ ...event, dataJson: JSON.stringify(data) });

describe('queue messages', () => {
  test('come out as they went in, in characters that every server carries', () => {
    const body = encodeMessage(head, encoded());
    const carried = (code: number) => code >= 0x20 && code < 0xd800;
    expect(Array.from(body, (character) => character.charCodeAt(0)).every(carried)).toBe(true);
    expect(decodeMessage(body)).toEqual({ message: { skelly: 1, ...head, event } });
    expect(decodeMessage(encodeReference(head, ID))).toEqual({
      message: { skelly: 1, ...head, reference: { eventId: ID } },
    });
  });

  test('of a relay that knew no low-water position claim none', () => {
    const { lowWater: _unknown, ...older } = { skelly: 1, ...head, event };
    expect(decodeMessage(JSON.stringify(older))).toMatchObject({ message: { lowWater: 0 } });
  });

  test.each([
    ['nothing', '', 'not_json'],
    ['no JSON', 'hello {', 'not_json'],
    ['JSON of something else', '{"type":"order"}', 'not_an_envelope'],
    ['a number', '7', 'not_an_envelope'],
    ['null', 'null', 'not_an_envelope'],
    ['an envelope for nobody', encodeMessage({ ...head, handlers: [] }, encoded()), 'not_an_envelope'],
    ['256 KiB of garbage', 'x'.repeat(262_144), 'not_json'],
  ])('%s is unreadable, with a reason', (_what, body, reason) => {
    expect(decodeMessage(body)).toEqual({ unreadable: { reason, detail: expect.any(String) } });
  });
});
