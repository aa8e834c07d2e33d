import { decodeMessage } from './message';
import { quickDecode } from './quick-decode';

const ID = '019a0000-0000-7000-8000-000000000001';
const good = {
  skelly: 1,
  handlers: ['a'],
  run: '00000000-0000-0000-0000-000000000000',
  relayedAt: '2026-01-01T00:00:00.000Z',
  lowWater: 7,
  event: {
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
    data: { text: 'hello' },
  },
};

/** The message with one field changed, deep. */
const withField = (path: string, value: unknown) => {
  const copy = structuredClone(good) as Record<string, unknown>;
  const [first = '', second] = path.split('.');
  if (second === undefined) copy[first] = value;
  else (copy[first] as Record<string, unknown>)[second] = value;
  return copy;
};

describe('quickDecode', () => {
  const fields = [...Object.keys(good), ...Object.keys(good.event).map((name) => `event.${name}`)];
  const values = [undefined, null, '', 'text', 0, -1, 1.5, 1, [], [1], {}, true, '2026-13-01T00:00:00.000Z', ID];

  test.each(fields)('agrees with the schema whatever stands in %s', (field) => {
    for (const value of values) {
      const body = JSON.stringify(withField(field, value));
      expect(quickDecode(body)).toEqual(decodeMessage(body));
    }
  });

  test.each(['', '{', 'null', '[]', '"text"', '7'])('agrees on %p', (body) => {
    expect(quickDecode(body)).toEqual(decodeMessage(body));
  });

  test('passes what it recognises on as it is', () => {
    expect(quickDecode(JSON.stringify(good))).toEqual({ message: good });
  });
});
