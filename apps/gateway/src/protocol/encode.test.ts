import * as ws from 'ws';
import { encodeMessage, encodePublication } from './encode';

it('encodes a publication around data that is JSON already', () => {
  const message = {
    prev: 6,
    offset: 7,
    type: 'a:b',
    eventId: 'id',
    at: '2026-01-01T00:00:00.000Z',
    dataJson: '{"a": "é\\n"}',
  };
  expect(JSON.parse(encodePublication('user:"1"', 'e', message).text.toString())).toEqual({
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

/** Part of `ws`, but not of its types. */
const { Receiver } = ws as unknown as {
  Receiver: new (
    options: object,
  ) => { on(event: 'message', listener: (data: Buffer, isBinary: boolean) => void): void; write(bytes: Buffer): void };
};

it.each([0, 1, 125, 126, 65_535, 65_536, 1_048_577])(
  'writes a message of %d bytes as any receiver reads it',
  (length) => {
    const payload = Buffer.alloc(length, 'x');
    const read: [Buffer, boolean][] = [];
    const receiver = new Receiver({ isServer: false });
    receiver.on('message', (data, isBinary) => read.push([data, isBinary]));
    receiver.write(encodeMessage(payload, 'binary'));
    receiver.write(encodeMessage(payload, 'text'));
    expect(read.map(([data, isBinary]) => [data.equals(payload), isBinary])).toEqual([
      [true, true],
      [true, false],
    ]);
  },
);
