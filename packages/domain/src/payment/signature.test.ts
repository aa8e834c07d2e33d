import { signDelivery, verifySignature } from './signature';

const secret = Buffer.alloc(32, 7);
const body = Buffer.from('{"amount":5}');
const at = (seconds: number) => new Date(Date.UTC(2026, 10, 22) + seconds * 1_000);
const verify = (header: string | undefined, { given = body, now = at(0), key = secret } = {}) =>
  verifySignature(key, header, given, now);
const refused = (code: string) => expect.objectContaining({ kind: 'unauthenticated', code });

test('takes what was signed, for five minutes on either side', () => {
  const header = signDelivery(secret, body, at(0));
  expect(() => verify(header)).not.toThrow();
  expect(() => verify(header, { now: at(300) })).not.toThrow();
  expect(() => verify(header, { now: at(-300) })).not.toThrow();
  for (const seconds of [301, -301])
    expect(() => verify(header, { now: at(seconds) })).toThrow(refused('webhook_expired'));
});

test.each([
  ['another body', { given: Buffer.from('{"amount":50}') }],
  ['another key', { key: Buffer.alloc(32, 8) }],
])('refuses %s', (_what, changed) => {
  expect(() => verify(signDelivery(secret, body, at(0)), changed)).toThrow(refused('webhook_signature_invalid'));
});

test('refuses a time that was not the one signed', () => {
  const header = signDelivery(secret, body, at(0)).replace(/^t=\d+/, `t=${at(60).getTime() / 1_000}`);
  expect(() => verify(header)).toThrow(refused('webhook_signature_invalid'));
});

test.each([undefined, '', 't=,v1=', 't=1,v1=xyz', `v1=${'0'.repeat(64)}`, `t=1,v1=${'0'.repeat(64)}`])(
  'refuses the header %s',
  (header) => {
    expect(() => verify(header)).toThrow(refused('webhook_signature_invalid'));
  },
);
