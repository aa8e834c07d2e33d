import { createHash, createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { SignatureV4 } from '@smithy/signature-v4';
import { createSigner, type SigningCredentials } from './sign';

/** The SDK's signer asks for a hash by this interface. */
class Sha256 {
  private readonly hash;
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    const key = secret as string | Uint8Array | undefined;
    this.hash = key === undefined ? createHash('sha256') : createHmac('sha256', key);
  }
  update(data: Uint8Array | string): void {
    this.hash.update(data);
  }
  async digest(): Promise<Uint8Array> {
    return this.hash.digest();
  }
}

/** Repeats itself: mulberry32. */
function createRandom(seed: number) {
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (bound: number) => Math.floor(next() * bound);
  const pick = <T>(values: readonly T[]) => values[below(values.length)] as T;
  const text = (alphabet: readonly string[], most: number, least = 0) =>
    Array.from({ length: least + below(most - least + 1) }, () => pick(alphabet)).join('');
  return { below, pick, text };
}

const TOKEN = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/='];
const BODY = [...`{}[]":, \\\n\t漢字é🎲\u0000ABCxyz019`];

describe('the signature', () => {
  test('is the one of the SDK’s signer, byte for byte, on 3,000 generated requests', async () => {
    const random = createRandom(20_261_121);
    const sign = createSigner();
    const differing: object[] = [];
    const secrets = [random.text(TOKEN, 40, 1), random.text(TOKEN, 40, 1)];
    for (let index = 0; index < 3_000; index += 1) {
      // From few secrets, regions and days, so that the kept key is used often and each part of what it depends on changes alone.
      const credentials: SigningCredentials = {
        accessKeyId: random.text(TOKEN, 20, 16),
        secretAccessKey: random.pick(secrets),
        ...(index % 2 === 0 ? { sessionToken: random.text(TOKEN, 400, 1) } : {}),
      };
      const region = random.pick(['us-east-1', 'us-gov-west-1']);
      const date = new Date(Date.UTC(2026, random.below(2) * 11, 1 + random.below(2), 0, 0, random.below(86_400)));
      const body = Buffer.from(JSON.stringify({ text: random.text(BODY, 300) }));
      const path = random.pick(['/', '/', '/sqs', '/sqs/', '/a b/ü', '/a//b/./c/../d', "/it's(*)!~-_."]);
      const headers = {
        'amz-sdk-invocation-id': random.text(TOKEN, 36),
        'amz-sdk-request': 'attempt=1; max=1',
        'content-length': String(body.length),
        'content-type': 'application/x-amz-json-1.0',
        host: random.pick(['sqs.eu-central-1.amazonaws.com', '127.0.0.1:4566', 'localhost']),
        'x-amz-target': `AmazonSQS.${random.text(TOKEN.slice(0, 52), 20)}`,
        'x-amz-user-agent': random.pick(['skelly', ' two  blanks\t and ends ', 'x']),
        'x-amzn-query-mode': 'true',
      };
      const signer = new SignatureV4({ credentials: { ...credentials }, region, service: 'sqs', sha256: Sha256 });
      const theirs = await signer.sign(
        { method: 'POST', protocol: 'https:', hostname: 'x', path, query: {}, headers: { ...headers }, body },
        { signingDate: date },
      );
      const ours = sign({ path, headers, body }, { credentials, region, date });
      // A hundred times cheaper than an expectation each, which would be most of the test.
      for (const name of new Set([...Object.keys(ours), ...Object.keys(theirs.headers)])) {
        if (ours[name] !== theirs.headers[name])
          differing.push({ index, name, ours: ours[name], theirs: theirs.headers[name] });
      }
    }
    expect(differing).toEqual([]);
  });

  test('covers every header that the SDK signs of a request', async () => {
    const server = createServer((request, response) => {
      request.resume().on('end', () => response.end('{"Successful":[],"Failed":[]}'));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const credentials = { accessKeyId: 'AKIA', secretAccessKey: 'secret', sessionToken: 'token' };
    const client = new SQSClient({
      region: 'eu-central-1',
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}/base/`,
      useQueueUrlAsEndpoint: false,
      credentials,
    });
    const seen = once(server, 'request') as Promise<[IncomingMessage]>;
    const Entries = [{ Id: '0', MessageBody: 'é' }];
    const sent = client.send(new SendMessageBatchCommand({ QueueUrl: 'q', Entries }));
    const [{ headers, url }] = await seen;
    await sent;
    const {
      authorization,
      connection: _connection,
      'user-agent': _agent,
      ...signedByTheSdk
    } = headers as Record<string, string>;
    const moment = signedByTheSdk['x-amz-date'] as string;
    const date = new Date(moment.replace(/^(....)(..)(..T..)(..)(..Z)$/, '$1-$2-$3:$4:$5'));
    const { 'x-amz-date': _d, 'x-amz-content-sha256': _c, 'x-amz-security-token': _t, ...given } = signedByTheSdk;
    const ours = createSigner()(
      { path: url as string, headers: given, body: Buffer.from(JSON.stringify({ QueueUrl: 'q', Entries })) },
      { credentials, region: 'eu-central-1', date },
    );
    expect(ours['authorization']).toBe(authorization);
    client.destroy();
    server.close();
  });
});
