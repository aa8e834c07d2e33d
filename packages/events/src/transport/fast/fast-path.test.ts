import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { DataPath } from '../data-path';
import { createSdkPath } from '../sdk-path';
import { createFastPath, USER_AGENT } from './fast-path';
import { REST_MS } from './rest';

type Script = (request: IncomingMessage, response: ServerResponse) => void;

const json = (status: number, body: object, headers: Record<string, string> = {}): Script => {
  return (_request, response) =>
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0', ...headers }).end(JSON.stringify(body));
};
const text = (status: number, body: string): Script => {
  return (_request, response) => response.writeHead(status).end(body);
};
const TAKEN = { Successful: [{ Id: '0', MessageId: 'm', MD5OfMessageBody: 'x' }], Failed: [] };
const MESSAGE = { MessageId: 'm', ReceiptHandle: 'r', Body: 'body', Attributes: { ApproximateReceiveCount: '1' } };

/** A server that plays SQS: the SDK is always answered well, the fast path by a script. */
describe('the fast path, when the server', () => {
  const QueueUrl = 'http://sqs/000000000000/main';
  const seen = { fast: [] as IncomingMessage[], sdk: [] as IncomingMessage[] };
  const doubts: string[] = [];
  let now = 0;
  let fast: Script;
  let bySdk: Script;
  let client: SQSClient;
  let path: DataPath;
  let sessionToken: string;
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      const target = String(request.headers['x-amz-target']).replace('AmazonSQS.', '');
      if (target === 'GetQueueUrl') return json(200, { QueueUrl })(request, response);
      const isFast = request.headers['x-amz-user-agent'] === USER_AGENT;
      seen[isFast ? 'fast' : 'sdk'].push(request);
      return (isFast ? fast : bySdk)(request, response);
    });
  });

  beforeAll(() => once(server.listen(0, '127.0.0.1'), 'listening'));
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  beforeEach(async () => {
    for (const list of [seen.fast, seen.sdk, doubts]) list.length = 0;
    now = 0;
    sessionToken = 'first';
    client = new SQSClient({
      region: 'eu-central-1',
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      useQueueUrlAsEndpoint: false,
      md5: false,
      maxAttempts: 2,
      // Expired as soon as given, so the SDK's own cache asks for them again.
      credentials: async () => ({
        accessKeyId: 'AKIA',
        secretAccessKey: 'secret',
        sessionToken,
        expiration: new Date(Date.now() - 1_000),
      }),
      requestHandler: { requestTimeout: 300, throwOnRequestTimeout: true },
    });
    path = createFastPath({
      client,
      sdk: createSdkPath(client, { answerWithinMs: 300 }),
      answerWithinMs: 400,
      monotonic: () => now,
      onDoubt: (_queue, why) => doubts.push(why),
    });
    // What the transport asks first; it tells the fast path where the server is.
    await client.send(new GetQueueUrlCommand({ QueueName: 'main' }));
    fast = json(200, TAKEN);
    bySdk = json(200, TAKEN);
  });
  afterEach(() => path.close());

  const send = (url = QueueUrl) =>
    path.call('SendMessageBatch', { QueueUrl: url, Entries: [{ Id: '0', MessageBody: 'x' }] });
  const receive = (options: { waitMs?: number; signal?: AbortSignal } = {}) =>
    path.call(
      'ReceiveMessage',
      {
        QueueUrl,
        MaxNumberOfMessages: 10,
        WaitTimeSeconds: 0,
        MessageSystemAttributeNames: ['ApproximateReceiveCount'],
      },
      options,
    );
  const counts = () => ({ fast: seen.fast.length, sdk: seen.sdk.length });

  test('answers plainly, carries every call without the SDK', async () => {
    expect((await send()).Successful).toMatchObject([{ Id: '0' }]);
    fast = json(200, { Messages: [MESSAGE] });
    expect((await receive()).Messages).toEqual([MESSAGE]);
    fast = json(200, {});
    expect((await receive()).Messages ?? []).toEqual([]);
    expect(counts()).toEqual({ fast: 3, sdk: 0 });
    expect(doubts).toEqual([]);
  });

  test.each<[string, Script]>([
    ['answers 500', json(500, { __type: 'InternalFailure' })],
    ['answers 503', text(503, 'Service Unavailable')],
    ['answers 403', json(403, { __type: 'AccessDenied' })],
    ['answers 200 with garbage', text(200, '<html>hello</html>')],
    ['answers 200 with JSON that is no answer', json(200, { hello: 'world' })],
    ['answers 200 with a list', text(200, '[]')],
    ['answers 200 with an entry that is nothing', text(200, '{"Successful":[null]}')],
    ['answers 200 and no body', text(200, '')],
    ['answers 302', (_request, response) => response.writeHead(302, { location: '/elsewhere' }).end()],
    ['throttles', json(400, { __type: 'com.amazonaws.sqs#RequestThrottled' })],
    [
      'answers half a body and closes',
      (_request, response) => {
        response.writeHead(200, { 'content-length': '500' }).write('{"Successful":');
        setImmediate(() => response.destroy());
      },
    ],
    ['closes', (request) => request.socket.destroy()],
    ['speaks no HTTP', (request) => request.socket.end('SSH-2.0-OpenSSH_9.9\r\n')],
    ['never answers', () => undefined],
    [
      'drips its answer without end',
      (_request, response) => {
        response.writeHead(200);
        const drip = setInterval(() => response.write(' '), 10);
        response.on('close', () => clearInterval(drip));
      },
    ],
  ])('%s, asks the SDK, and leaves the queue to it for a while', async (_name, script) => {
    fast = script;
    expect((await send()).Successful).toMatchObject([{ Id: '0' }]);
    expect(counts()).toEqual({ fast: 1, sdk: 1 });
    expect(doubts).toHaveLength(1);
    fast = json(200, TAKEN);
    await send();
    expect(counts()).toEqual({ fast: 1, sdk: 2 });
    await send('http://sqs/000000000000/another');
    expect(counts()).toEqual({ fast: 2, sdk: 2 });
    now += REST_MS;
    await send();
    expect(counts()).toEqual({ fast: 3, sdk: 2 });
  });

  test('refuses with a 400, the error is the SDK’s own, and the next call goes the fast way', async () => {
    fast = bySdk = json(
      400,
      { __type: 'com.amazonaws.sqs#QueueDoesNotExist', message: 'The specified queue does not exist.' },
      { 'x-amzn-query-error': 'AWS.SimpleQueueService.NonExistentQueue;Sender' },
    );
    await expect(send()).rejects.toMatchObject({
      name: 'QueueDoesNotExist',
      $fault: 'client',
      $metadata: { httpStatusCode: 400 },
    });
    fast = json(200, TAKEN);
    await send();
    expect(counts()).toEqual({ fast: 2, sdk: 1 });
    expect(doubts).toEqual([]);
  });

  test('drips its answer to the SDK as well, fails the call in bounded time', async () => {
    fast = bySdk = (_request, response) => {
      response.writeHead(200);
      const drip = setInterval(() => response.write(' '), 10);
      response.on('close', () => clearInterval(drip));
    };
    await expect(send()).rejects.toThrow(/did not answer within 1600 ms/);
  });

  test('holds a receive that the caller aborts, receives no second time', async () => {
    const abort = new AbortController();
    let closed: Promise<unknown> | undefined;
    fast = (request) => {
      closed = once(request.socket, 'close');
      abort.abort(new Error('shutting down'));
    };
    await expect(receive({ waitMs: 20_000, signal: abort.signal })).rejects.toThrow('shutting down');
    await closed;
    await expect(receive({ signal: abort.signal })).rejects.toThrow('shutting down');
    expect(counts()).toEqual({ fast: 1, sdk: 0 });
    expect(doubts).toEqual([]);
  });

  test('holds a call while the path is closed, asks nobody again', async () => {
    const asked = new Promise<void>((resolve) => {
      fast = () => resolve();
    });
    const receiving = receive({ waitMs: 20_000 });
    const failure = expect(receiving).rejects.toThrow('closed');
    await asked;
    path.close();
    await failure;
    expect(counts()).toEqual({ fast: 1, sdk: 0 });
  });

  test('sees new credentials, they are those of the next request', async () => {
    await send();
    sessionToken = 'second';
    await send();
    expect(seen.fast.map(({ headers }) => headers['x-amz-security-token'])).toEqual(['first', 'second']);
  });

  test('has another clock, learns it from the SDK and signs by it', async () => {
    const HOUR_MS = 3_600_000;
    const byItsClock: Script = (request, response) => {
      const clock = new Date(Date.now() + HOUR_MS);
      const date = String(request.headers['x-amz-date']).replace(/^(....)(..)(..T..)(..)(..Z)$/, '$1-$2-$3:$4:$5');
      const fits = Math.abs(new Date(date).getTime() - clock.getTime()) < 300_000;
      const answer = fits ? TAKEN : { __type: 'RequestTimeTooSkewed', message: 'Signature expired' };
      json(fits ? 200 : 403, answer, { date: clock.toUTCString() })(request, response);
    };
    fast = bySdk = byItsClock;
    await send();
    const atFirst = counts();
    expect(atFirst.sdk).toBe(2);
    now += REST_MS;
    await send();
    expect(counts()).toEqual({ fast: atFirst.fast + 1, sdk: atFirst.sdk });
  });
});
