import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createLogger } from '@skelly/runtime';
import { WebSocketServer } from 'ws';
import { createFrameJoiner } from '../connection/frame-joiner';
import { createTransport, type Transport } from '../connection/transport';
import { createCounts } from '../counts';
import { defaultLimits } from '../limits';
import { encodeMessage } from '../protocol/encode';
import { acceptUpgrades } from '../upgrade';

/** No bounds of ours: conformance cases send up to 16 MiB, and one that asks for no answer must not be closed for it. */
const LIMITS = { ...defaultLimits, frameBytes: 2 ** 26, outgoingBytes: 2 ** 30 };

/** The gateway's frame path with nothing behind it: what a client sends comes back, joined with what else the turn brought. */
export interface EchoServer {
  readonly url: string;
  /** The transports of the sockets that were accepted, in order. */
  readonly transports: readonly Transport[];
  close(): Promise<void>;
}

export async function startEchoServer({ outgoingBytes = LIMITS.outgoingBytes } = {}): Promise<EchoServer> {
  const server = createServer();
  const joiner = createFrameJoiner(createCounts());
  const transports: Transport[] = [];
  acceptUpgrades({
    server,
    limits: LIMITS,
    allowedOrigins: new Set(),
    log: createLogger({ service: 'echo', level: 'silent' }),
    openSockets: () => 0,
    isDraining: () => false,
    onSocket(socket, stream) {
      const transport = createTransport({ socket, stream, joiner, limits: { ...LIMITS, outgoingBytes } });
      transports.push(transport);
      socket.on('message', (data: Buffer, isBinary) =>
        transport.send({ text: data, message: encodeMessage(data, isBinary ? 'binary' : 'text') }),
      );
      socket.resume();
    },
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/ws`,
    transports,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The same by `ws` alone, for comparison. */
export async function startPlainEchoServer(): Promise<Pick<EchoServer, 'url' | 'close'>> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
  server.on('connection', (socket) => {
    socket.on('error', () => undefined);
    socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
  });
  await once(server, 'listening');
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
