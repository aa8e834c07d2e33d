import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { serveContender } from '../harness/contender';
import { serveLines } from './line-server';

/**
 * The plain loop: `ws`, and a send to each client. Streams, sessions and resuming it has none. A text is sent as it came, as a
 * string: most people's way.
 */
serveContender(async () => {
  const clients: WebSocket[] = [];
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
  server.on('connection', (socket, request) => {
    clients[Number(request.url?.slice(2))] = socket;
    socket.on('error', () => undefined);
  });
  await once(server, 'listening');
  const control = await serveLines((to, text) => {
    if (to !== null) clients[to]?.send(text);
    else for (const client of clients) client.send(text);
  });
  return {
    commands: {
      ports: async () => ({ port: (server.address() as AddressInfo).port, control }),
    },
    stop: async () => undefined,
  };
});
