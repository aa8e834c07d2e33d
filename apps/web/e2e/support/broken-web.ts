import { type ChildProcess, spawn } from 'node:child_process';
import { createServer, request, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { inherited, target } from './env';

/** A second web server of the same build whose way to the API can be cut. Cookies of the stack are good for it: ports share them. */
export interface BrokenWeb {
  readonly url: string;
  /** Lets the API answer again, or cuts it off. */
  connect(connected: boolean): void;
  stop(): Promise<void>;
}

/** Starts one, cut off. It has no API and no gateway of its own: pages that a server renders are all that it is for. */
export async function startBrokenWeb(): Promise<BrokenWeb> {
  let connected = false;
  const way = await listen(
    createServer((incoming, answer) => {
      if (!connected) return void incoming.socket.destroy();
      const onward = request(new URL(incoming.url ?? '/', target().baseUrl), { headers: incoming.headers }, (given) => {
        answer.writeHead(given.statusCode ?? 502, given.headers);
        given.pipe(answer);
      });
      onward.on('error', () => answer.destroy());
      incoming.pipe(onward);
    }),
  );
  const spare = await listen(createServer());
  const port = portOf(spare);
  await close(spare);
  const folder = fileURLToPath(new URL('../../', import.meta.url));
  const next = createRequire(import.meta.url).resolve('next/dist/bin/next');
  const server = spawn(process.execPath, [next, 'start', '--hostname', '127.0.0.1', '--port', String(port)], {
    cwd: folder,
    env: {
      ...inherited(),
      NODE_ENV: 'production',
      NEXT_TELEMETRY_DISABLED: '1',
      API_INTERNAL_URL: `http://127.0.0.1:${portOf(way)}`,
    },
    stdio: 'ignore',
  });
  const url = `http://localhost:${port}`;
  await untilAlive(url, server);
  return {
    url,
    connect: (wanted) => {
      connected = wanted;
    },
    async stop() {
      const ended = new Promise((resolve) => server.once('exit', resolve));
      server.kill('SIGTERM');
      await ended;
      await close(way);
    },
  };
}

async function untilAlive(url: string, server: ChildProcess): Promise<void> {
  const until = Date.now() + 20_000;
  while (Date.now() < until) {
    if (server.exitCode !== null) throw new Error(`The second web server ended with status ${server.exitCode}.`);
    const alive = await fetch(`${url}/health/live`).then(
      (answer) => answer.ok,
      () => false,
    );
    if (alive) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('The second web server does not answer.');
}

function listen(server: Server): Promise<Server> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve(server));
  });
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
