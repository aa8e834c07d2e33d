import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import { freePort } from '../stack/ports';
import { startEdge } from './start-edge';

const closers: (() => unknown)[] = [];

async function serve(
  handler: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<{ server: Server; port: number }> {
  const server = createServer(handler).listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { server, port: (server.address() as AddressInfo).port };
}

const named = (name: string) =>
  serve((request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ name, url: request.url, headers: request.headers }));
  });

async function edgeBefore(
  upstreams: { web?: number; api?: number; gateway?: number },
  idleTimeoutMs?: number,
): Promise<string> {
  const edge = await startEdge({
    upstreams: {
      web: upstreams.web ?? (await freePort()),
      api: upstreams.api ?? (await freePort()),
      gateway: upstreams.gateway ?? (await freePort()),
    },
    ...(idleTimeoutMs === undefined ? {} : { idleTimeoutMs }),
  });
  closers.push(() => edge.stop());
  return edge.url;
}

/** The status that a socket is refused with. */
async function refusedUpgrade(url: string, path = '/ws'): Promise<number | undefined> {
  const client = new WebSocket(`${url.replace('http', 'ws')}${path}`);
  const refused = once(client, 'unexpected-response') as Promise<[unknown, IncomingMessage]>;
  const [, response] = await refused;
  client.on('error', () => {});
  client.terminate();
  return response.statusCode;
}

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

test('each path goes to its process, with its query', async () => {
  const [web, api, gateway] = await Promise.all([named('web'), named('api'), named('gateway')]);
  const url = await edgeBefore({ web: web.port, api: api.port, gateway: gateway.port });
  const answers = await Promise.all(
    ['/', '/apiary', '/api', '/api/auth/me?x=1', '/ws', '/stream?since=3', '/streams', '/metrics.html', '/healthy'].map(
      async (path) => (await (await fetch(`${url}${path}`)).json()) as { name: string; url: string },
    ),
  );
  expect(answers.map(({ name, url: path }) => `${name} ${path}`)).toEqual([
    'web /',
    'web /apiary',
    'api /api',
    'api /api/auth/me?x=1',
    'gateway /ws',
    'gateway /stream?since=3',
    'web /streams',
    'web /metrics.html',
    'web /healthy',
  ]);
});

test('what whoever runs a process asks it is for nobody here', async () => {
  const reached: (string | undefined)[] = [];
  const note = () =>
    serve((request, response) => {
      reached.push(request.url);
      response.end();
    });
  const [web, api, gateway] = await Promise.all([note(), note(), note()]);
  const url = await edgeBefore({ web: web.port, api: api.port, gateway: gateway.port });
  for (const path of ['/metrics', '/metrics?x=1', '/health', '/health/live', '/health/ready?x=1'])
    expect({ path, status: (await fetch(`${url}${path}`)).status }).toEqual({ path, status: 404 });
  expect(await refusedUpgrade(url, '/health/ready')).toBe(404);
  expect(reached).toEqual([]);
});

test('the client address is appended, host and protocol are told truly, the host stays', async () => {
  const api = await named('api');
  const url = await edgeBefore({ api: api.port });
  const headers = {
    'x-forwarded-for': '203.0.113.9',
    'x-forwarded-host': 'evil.example',
    'x-forwarded-proto': 'https',
  };
  const { headers: seen } = (await (await fetch(`${url}/api`, { headers })).json()) as {
    headers: Record<string, string>;
  };
  expect(seen['x-forwarded-for']).toMatch(/^203\.0\.113\.9, (127\.0\.0\.1|::1)$/);
  expect(seen['x-forwarded-host']).toBe(new URL(url).host);
  expect(seen['x-forwarded-proto']).toBe('http');
  expect(seen['host']).toBe(new URL(url).host);
});

test('it listens on both loopback addresses', async () => {
  const web = await named('web');
  const { port } = new URL(await edgeBefore({ web: web.port }));
  for (const host of ['127.0.0.1', '[::1]']) expect((await fetch(`http://${host}:${port}/`)).status).toBe(200);
});

test('a stream is passed on as it comes, headers first', async () => {
  let stream: ServerResponse | null = null;
  const gateway = await serve((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.flushHeaders();
    stream = response;
  });
  const url = await edgeBefore({ gateway: gateway.port });
  const response = await fetch(`${url}/stream`);
  expect(response.headers.get('content-type')).toBe('text/event-stream');
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  for (const text of ['data: 1\n\n', 'data: 2\n\n']) {
    (stream as ServerResponse | null)?.write(text);
    expect(new TextDecoder().decode((await reader.read()).value)).toBe(text);
  }
  const closed = once(stream as unknown as ServerResponse, 'close');
  await reader.cancel();
  // A client that leaves must not hold the upstream's connection.
  await closed;
});

test('an upgrade is passed, both ways', async () => {
  const { server, port } = await named('gateway');
  const sockets = new WebSocketServer({ server, path: '/ws' });
  const asked = once(sockets, 'connection') as Promise<[WebSocket, IncomingMessage]>;
  const url = await edgeBefore({ gateway: port });
  const client = new WebSocket(`${url.replace('http', 'ws')}/ws`, { headers: { origin: url } });
  const [socket, request] = await asked;
  expect(request.headers['x-forwarded-for']).toMatch(/127\.0\.0\.1|::1/);
  expect(request.headers.origin).toBe(url);
  socket.on('message', (data: Buffer) => socket.send(`echo ${data.toString()}`));
  if (client.readyState !== WebSocket.OPEN) await once(client, 'open');
  client.send('hello');
  expect(String((await once(client, 'message'))[0])).toBe('echo hello');
  const closed = once(client, 'close');
  socket.close(4001, 'going away');
  expect((await closed)[0]).toBe(4001);
});

test('a refused upgrade comes through as it is', async () => {
  const { server, port } = await named('gateway');
  server.on('upgrade', (_request, socket) =>
    socket.end('HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\nconnection: close\r\n\r\n'),
  );
  const url = await edgeBefore({ gateway: port });
  expect(await refusedUpgrade(url)).toBe(403);
});

test('while an upstream is down a program gets problem+json, a person a page, an upgrade a status', async () => {
  const url = await edgeBefore({});
  const api = await fetch(`${url}/api/auth/register`, { method: 'POST', body: '{}' });
  expect(api.status).toBe(502);
  expect(api.headers.get('content-type')).toBe('application/problem+json');
  expect(api.headers.get('retry-after')).toBe('2');
  expect(await api.json()).toMatchObject({ status: 502, code: 'upstream_unavailable' });

  const page = await fetch(url, { headers: { accept: 'text/html' } });
  expect(page.status).toBe(502);
  expect(await page.text()).toContain('tries again by itself');

  expect(await refusedUpgrade(url)).toBe(502);
});

test('an upstream that is silent for too long is a 504', async () => {
  const api = await serve(() => {});
  const url = await edgeBefore({ api: api.port }, 200);
  const response = await fetch(`${url}/api`);
  expect(response.status).toBe(504);
  expect(await response.json()).toMatchObject({ code: 'upstream_timeout' });
});

test('an early refusal of a large body reaches the client', async () => {
  const api = await serve((_request, response) => response.writeHead(413).end('too large'));
  const url = await edgeBefore({ api: api.port });
  const response = await fetch(`${url}/api`, { method: 'POST', body: 'x'.repeat(300_000) });
  expect(response.status).toBe(413);
});
