import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';
import { serveContender } from '../harness/contender';
import { serveLines } from './line-server';

/** Socket.IO at its best settings for this: WebSockets only, no compression, no long polling, pings out of the way, memory adapter. */
serveContender(async () => {
  const http = createServer();
  const io = new Server(http, {
    transports: ['websocket'],
    perMessageDeflate: false,
    httpCompression: false,
    serveClient: false,
    pingInterval: 300_000,
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const control = await serveLines((_to, text) => void io.emit('m', text));
  return {
    commands: { ports: async () => ({ port: (http.address() as AddressInfo).port, control }) },
    stop: async () => undefined,
  };
});
