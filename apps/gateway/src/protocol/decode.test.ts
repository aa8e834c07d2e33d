import fc from 'fast-check';
import { BadFrameError, decodeClientFrame } from './decode';

const bounds = { channelLength: 128 };

describe('decoding a client frame', () => {
  it.each([
    ['{"t":"ping","more":1}', { t: 'ping' }],
    ['{"t":"subscribe","id":1,"channel":"all"}', { t: 'subscribe', id: 1, channel: 'all' }],
    ['{"t":"subscribe","id":"a","channel":"all","since":null}', { t: 'subscribe', id: 'a', channel: 'all' }],
    [
      '{"t":"subscribe","id":1,"channel":"all","since":{"offset":0,"epoch":"e"}}',
      { t: 'subscribe', id: 1, channel: 'all', since: { offset: 0, epoch: 'e' } },
    ],
    ['{"t":"unsubscribe","id":1,"channel":"all"}', { t: 'unsubscribe', id: 1, channel: 'all' }],
  ])('takes %s', (text, frame) => {
    expect(decodeClientFrame(text, bounds)).toEqual(frame);
  });

  it.each([
    '',
    'null',
    '[]',
    '1',
    '{',
    '{"t":"welcome"}',
    '{"t":"subscribe","id":1.5,"channel":"all"}',
    '{"t":"subscribe","id":"","channel":"all"}',
    '{"t":"subscribe","id":1,"channel":""}',
    `{"t":"subscribe","id":1,"channel":"${'x'.repeat(129)}"}`,
    '{"t":"subscribe","id":1,"channel":"all","since":7}',
    '{"t":"subscribe","id":1,"channel":"all","since":{"offset":"1","epoch":"e"}}',
    '{"t":"subscribe","id":1,"channel":"all","since":{"offset":1,"epoch":""}}',
  ])('refuses %s', (text) => {
    expect(() => decodeClientFrame(text, bounds)).toThrow(BadFrameError);
  });

  it('answers anything at all with a frame or that error', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        try {
          decodeClientFrame(text, bounds);
        } catch (error) {
          expect(error).toBeInstanceOf(BadFrameError);
        }
      }),
    );
  });
});
