import { decodePushHint } from './push-hints';

const frame = {
  channel: 'all',
  epoch: 'now',
  offset: 2,
  position: 9,
  type: 'a:b',
  eventId: 'e',
  correlationId: 'c',
  at: 't',
  data: { a: 1 },
};

describe('push hints', () => {
  it('carry messages', () => {
    expect(decodePushHint(JSON.stringify([frame]))).toEqual({
      kind: 'frames',
      frames: [
        {
          channel: 'all',
          epoch: 'now',
          message: { prev: 1, offset: 2, type: 'a:b', eventId: 'e', correlationId: 'c', at: 't', dataJson: '{"a":1}' },
          traceparent: null,
        },
      ],
    });
  });

  it.each([
    '',
    'x',
    '{"upTo":4}',
    'null',
    '[null]',
    JSON.stringify([frame, { ...frame, offset: 0 }]),
    JSON.stringify([{ ...frame, data: undefined }]),
    JSON.stringify([{ ...frame, epoch: undefined }]),
  ])('that say less mean: read (%s)', (payload) => {
    expect(decodePushHint(payload)).toEqual({ kind: 'read' });
  });
});
