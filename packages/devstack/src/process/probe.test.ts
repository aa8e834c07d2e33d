import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { probeHttp } from './probe';

test('a probe leaves no connection behind that would hold up a server that ends in order', async () => {
  // The body comes after the headers, as from a server that renders it.
  const server = createServer((_request, answer) => {
    answer.flushHeaders();
    setTimeout(() => answer.end('{"status":"ready"}'), 20);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const opened: Socket[] = [];
  server.on('connection', (socket) => opened.push(socket));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/health/ready`;
  for (let probe = 0; probe < 5; probe += 1) expect(await probeHttp(url)).toEqual({ ready: true });
  server.close();
  await once(server, 'close');
  expect(opened.filter((socket) => socket.bytesRead === 0)).toEqual([]);
}, 3_000);
