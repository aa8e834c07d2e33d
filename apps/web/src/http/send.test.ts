import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { send } from './send';

const problem = { type: 'about:blank', title: 'No', detail: 'Wait a minute.', code: 'x', requestId: 'r' };

describe('send', () => {
  let server: Server;
  let origin: string;
  beforeAll(async () => {
    // Answers with the status that it is asked for.
    server = createServer((request, response) => {
      const status = Number(request.url?.slice(1));
      const isProblem = status !== 404;
      response.writeHead(status, {
        'content-type': isProblem ? 'application/problem+json' : 'text/html',
        'x-correlation-id': 'c',
        ...(status === 503 ? { 'retry-after': '2' } : {}),
      });
      response.end(status === 204 ? undefined : JSON.stringify({ ...problem, status }));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  it.each([
    ['200', { ok: true, data: { ...problem, status: 200 }, correlationId: 'c', isRepeated: false }],
    ['204', { ok: true, data: undefined, correlationId: 'c', isRepeated: false }],
    ['409', { ok: false, failure: { kind: 'refused', problem: { ...problem, status: 409 } } }],
    // The server is there and has something to say: it is not out of breath.
    ['429', { ok: false, failure: { kind: 'refused', problem: { ...problem, status: 429 } } }],
    ['404', { ok: false, failure: { kind: 'broken' } }],
    ['500', { ok: false, failure: { kind: 'broken' } }],
    ['502', { ok: false, failure: { kind: 'busy', retryAfter: null } }],
    ['503', { ok: false, failure: { kind: 'busy', retryAfter: 2 } }],
  ])('tells a %s for what it is', async (status, expected) => {
    expect(await send(`${origin}/${status}`)).toEqual(expected);
  });

  it('is offline when nobody answers, or nobody waits any more', async () => {
    const closed = createServer().listen(0, '127.0.0.1');
    await once(closed, 'listening');
    const { port } = closed.address() as AddressInfo;
    closed.close();
    const offline = { ok: false, failure: { kind: 'offline' } };
    expect(await send(`http://127.0.0.1:${port}/`)).toEqual(offline);
    expect(await send(`${origin}/200`, { signal: AbortSignal.abort() })).toEqual(offline);
  });
});
