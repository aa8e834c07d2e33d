import { clientFrameSchema } from '@skelly/types/protocol';
import fc from 'fast-check';
import { defaultLimits } from '../limits';
import { BadFrameError, decodeClientFrame } from './decode';

const bounds = defaultLimits;

describe('decoding a client frame', () => {
  it.each([
    ['{"t":"ping","more":1}', { t: 'ping' }],
    ['{"t":"ping","shown":null}', { t: 'ping' }],
    [
      '{"t":"ping","shown":[{"channel":"all","from":2,"agoMs":0,"waitedMs":7,"tab":"a"}]}',
      { t: 'ping', shown: [{ channel: 'all', from: 2, to: 2, agoMs: 0, waitedMs: 7, tab: 'a' }] },
    ],
    ['{"t":"subscribe","id":1,"channel":"all"}', { t: 'subscribe', id: 1, channel: 'all' }],
    ['{"t":"subscribe","id":"a","channel":"all","since":null}', { t: 'subscribe', id: 'a', channel: 'all' }],
    [
      '{"t":"subscribe","id":1,"channel":"all","since":{"offset":0,"epoch":"e"}}',
      { t: 'subscribe', id: 1, channel: 'all', since: { offset: 0, epoch: 'e' } },
    ],
    [
      '{"t":"emit","id":1,"type":"a:b","data":{"c":1},"key":"k"}',
      { t: 'emit', id: 1, type: 'a:b', data: { c: 1 }, key: 'k' },
    ],
    ['{"t":"connect","token":"a"}', { t: 'connect', token: 'a' }],
    ['{"t":"refresh","id":1,"token":"a"}', { t: 'refresh', id: 1, token: 'a' }],
    ['{"t":"unsubscribe","id":1,"channel":"all"}', { t: 'unsubscribe', id: 1, channel: 'all' }],
    ['{"t":"presence","id":1,"channel":"room:1","state":null}', { t: 'presence', id: 1, channel: 'room:1' }],
    [
      '{"t":"presence","id":1,"channel":"room:1","state":"typing"}',
      { t: 'presence', id: 1, channel: 'room:1', state: 'typing' },
    ],
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
    '{"t":"emit","id":1,"type":"a:b"}',
    '{"t":"emit","id":1,"type":"a:b","data":[]}',
    '{"t":"emit","id":1,"data":{}}',
    '{"t":"emit","id":1,"type":"a:b","data":{},"key":"a b"}',
    '{"t":"emit","type":"a:b","data":{}}',
    '{"t":"connect"}',
    '{"t":"connect","token":""}',
    `{"t":"refresh","id":1,"token":"${'x'.repeat(129)}"}`,
    '{"t":"refresh","token":"a"}',
    '{"t":"subscribe","id":1.5,"channel":"all"}',
    '{"t":"subscribe","id":"","channel":"all"}',
    '{"t":"subscribe","id":1,"channel":""}',
    `{"t":"subscribe","id":1,"channel":"${'x'.repeat(129)}"}`,
    '{"t":"presence","id":1,"channel":"room:1","state":"asleep"}',
    '{"t":"subscribe","id":1,"channel":"all","since":7}',
    '{"t":"subscribe","id":1,"channel":"all","since":{"offset":"1","epoch":"e"}}',
    '{"t":"subscribe","id":1,"channel":"all","since":{"offset":1,"epoch":""}}',
    '{"t":"ping","shown":{}}',
    '{"t":"ping","shown":[1]}',
    '{"t":"ping","shown":[{"channel":"all","from":0,"agoMs":0,"waitedMs":0,"tab":"a"}]}',
    '{"t":"ping","shown":[{"channel":"all","from":1,"agoMs":-1,"waitedMs":0,"tab":"a"}]}',
    '{"t":"ping","shown":[{"channel":"all","from":1,"agoMs":0,"waitedMs":0,"tab":""}]}',
    '{"t":"ping","shown":[{"channel":"all","from":1,"agoMs":0,"waitedMs":0,"tab":"\\u0000"}]}',
  ])('refuses %s', (text) => {
    expect(() => decodeClientFrame(text, bounds)).toThrow(BadFrameError);
  });

  it('takes what the published schema takes, and nothing else', () => {
    const some = fc.oneof(
      fc.constantFrom(undefined, null, 0, 1.5, -1, '', 'x', {}, []),
      fc.integer(),
      fc.string(),
      fc.json(),
    );
    const id = fc.oneof(
      { weight: 3, arbitrary: fc.oneof(fc.integer(), fc.string({ minLength: 1, maxLength: 64 })) },
      some,
    );
    const channel = fc.oneof({ weight: 3, arbitrary: fc.string({ minLength: 1, maxLength: 130 }) }, some);
    const position = fc.record({
      offset: fc.oneof(fc.nat(), some),
      epoch: fc.oneof(fc.string({ maxLength: 66 }), some),
    });
    const whole = fc.oneof(
      { weight: 30, arbitrary: fc.nat(1_000) },
      fc.integer({ min: 86_399_990, max: 86_400_010 }),
      fc.integer(),
      some,
    );
    const report = fc.record({
      channel: fc.oneof({ weight: 9, arbitrary: fc.constant('all') }, channel),
      from: whole,
      to: fc.oneof(fc.constantFrom(undefined, null), whole),
      agoMs: whole,
      waitedMs: whole,
      tab: fc.oneof({ weight: 20, arbitrary: fc.stringMatching(/^[a-c_-]{1,38}$/) }, fc.string(), some),
    });
    const shown = fc.oneof(
      fc.constant(undefined),
      fc.array(report, { minLength: 1, maxLength: 2 }),
      fc.array(fc.oneof({ weight: 9, arbitrary: report }, some), { maxLength: 14 }),
      some,
    );
    const frame = fc.record(
      {
        t: fc.oneof(
          fc.constantFrom('subscribe', 'unsubscribe', 'presence', 'ping', 'emit', 'connect', 'refresh'),
          fc.constant('ping'),
          some,
        ),
        id,
        channel,
        since: fc.oneof(position, some),
        type: fc.oneof({ weight: 3, arbitrary: fc.string({ minLength: 1, maxLength: 110 }) }, some),
        data: fc.oneof({ weight: 3, arbitrary: fc.dictionary(fc.string(), fc.jsonValue()) }, some),
        key: fc.oneof({ weight: 3, arbitrary: fc.string({ minLength: 1, maxLength: 110 }) }, some),
        shown,
        token: fc.oneof({ weight: 3, arbitrary: fc.string({ minLength: 1, maxLength: 130 }) }, some),
        state: fc.oneof(fc.constantFrom('here', 'typing', 'gone'), some),
      },
      { requiredKeys: [] },
    );
    let taken = 0;
    let reported = 0;
    fc.assert(
      fc.property(frame, (given) => {
        const text = JSON.stringify(given);
        const described = clientFrameSchema.safeParse(JSON.parse(text)).success;
        if (described) taken += 1;
        if (described && given.t === 'ping' && Array.isArray(given.shown) && given.shown.length > 0) reported += 1;
        if (described) decodeClientFrame(text, bounds);
        else expect(() => decodeClientFrame(text, bounds)).toThrow(BadFrameError);
      }),
      { numRuns: 2_000 },
    );
    expect(taken).toBeGreaterThan(100);
    expect(reported).toBeGreaterThan(10);
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
