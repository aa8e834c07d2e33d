import { encodePublication } from './encode';

it('encodes a publication around data that is JSON already', () => {
  const message = {
    prev: 6,
    offset: 7,
    type: 'a:b',
    eventId: 'id',
    at: '2026-01-01T00:00:00.000Z',
    dataJson: '{"a": "é\\n"}',
  };
  expect(JSON.parse(encodePublication('user:"1"', 'e', message).toString())).toEqual({
    t: 'pub',
    channel: 'user:"1"',
    offset: 7,
    epoch: 'e',
    type: 'a:b',
    eventId: 'id',
    at: '2026-01-01T00:00:00.000Z',
    data: { a: 'é\n' },
  });
});
