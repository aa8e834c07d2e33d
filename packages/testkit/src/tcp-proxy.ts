import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** A way to a server that can be cut or frozen: what a test sees then is what a server that went away, or stands still, looks like. */
export interface TcpProxy {
  /** The target's URL with the proxy's address in it. */
  readonly url: string;
  /** Breaks every connection and refuses new ones. */
  cut(): Promise<void>;
  /** Keeps every connection, takes new ones, and lets nothing through any more. */
  freeze(): void;
  /** Takes connections again, at the same address, or lets through what was held back. */
  restore(): Promise<void>;
  close(): Promise<void>;
}

/** @param target URL of the server, with its port. */
export async function startTcpProxy(target: string): Promise<TcpProxy> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  let server: Server | undefined;
  let ownPort = 0;
  let frozen: Socket[] | undefined;

  function take(incoming: Socket): void {
    if (!frozen) {
      pass(incoming);
      return;
    }
    sockets.add(incoming.on('error', () => undefined));
    frozen.push(incoming);
  }

  function pass(incoming: Socket): void {
    const outgoing = connect(Number(port), hostname);
    for (const [from, to] of [
      [incoming, outgoing],
      [outgoing, incoming],
    ] as const) {
      sockets.add(from);
      from.on('error', () => to.destroy());
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
      from.pipe(to);
    }
  }

  function freeze(): void {
    frozen ??= [];
    for (const socket of sockets) socket.pause();
  }

  async function restore(): Promise<void> {
    if (frozen) {
      const held = frozen;
      frozen = undefined;
      for (const socket of sockets) socket.resume();
      for (const socket of held) pass(socket);
      return;
    }
    server = createServer({ pauseOnConnect: true }, take).listen(ownPort, '127.0.0.1');
    await once(server, 'listening');
    ownPort = (server.address() as AddressInfo).port;
  }

  async function cut(): Promise<void> {
    const closing = server;
    server = undefined;
    if (!closing) return;
    const closed = once(closing, 'close');
    closing.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  }

  await restore();
  const url = new URL(target);
  url.host = `127.0.0.1:${ownPort}`;
  return { url: url.href, cut, freeze, restore, close: cut };
}
