import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { serveContender } from '../harness/contender';

export interface HttpLoadArgument {
  readonly port: number;
  /** One for each connection. */
  readonly cookies: readonly string[];
  /** What is asked: `POST /api/events` with one event, or `POST /api/wallet/holds` of one point. */
  readonly asks: 'event' | 'hold';
}

interface Run {
  readonly seconds: number;
  /** Whether each event, or each hold, has an idempotency key. */
  readonly keyed: boolean;
}

export interface HttpLoadResult {
  readonly perSecond: number;
  /** All that were answered, also those that came when the time was over. */
  readonly answered: number;
  /** Of this process, in percent of a core. */
  readonly cpuPercent: number;
}

const HEAD_END = '\r\n\r\n';

/**
 * Connections that each send one request after the other and read no more of an answer than its status and its length: a
 * client library would cost as much as the server.
 */
serveContender<HttpLoadArgument>(async ({ port, cookies, asks }) => {
  const sockets = await Promise.all(cookies.map(() => open(port)));
  let nth = 0;

  function requestOf(cookie: string, keyed: boolean): string {
    nth += 1;
    const key = keyed ? `${process.pid}-${nth}` : undefined;
    const { path, body, header } = asks === 'event' ? eventRequest(key) : holdRequest(key);
    return `POST ${path} HTTP/1.1\r\nhost: bench\r\ncookie: ${cookie}${header}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}${HEAD_END}${body}`;
  }

  return {
    commands: {
      async run({ seconds, keyed }: Run): Promise<HttpLoadResult> {
        let answered = 0;
        let ended = false;
        const cpu = process.cpuUsage();
        const begun = performance.now();
        const running = sockets.map(async (socket, index) => {
          while (!ended) {
            await ask(socket, requestOf(cookies[index] as string, keyed));
            answered += 1;
          }
        });
        await Promise.race([delay(seconds * 1_000), Promise.all(running)]);
        const wallMs = performance.now() - begun;
        const perSecond = (answered / wallMs) * 1_000;
        const { user, system } = process.cpuUsage(cpu);
        ended = true;
        await Promise.all(running);
        return { perSecond, answered, cpuPercent: ((user + system) / 1_000 / wallMs) * 100 };
      },
    },
    async stop() {
      for (const socket of sockets) socket.destroy();
    },
  };
});

function eventRequest(idempotencyKey: string | undefined) {
  const data = { name: 'page.viewed', page: '/home', properties: { from: 'menu' } };
  const event = { type: 'ui:interaction', data, ...(idempotencyKey ? { idempotencyKey } : {}) };
  return { path: '/api/events', body: JSON.stringify({ events: [event] }), header: '' };
}

function holdRequest(key: string | undefined) {
  return {
    path: '/api/wallet/holds',
    body: JSON.stringify({ amount: 1, featureType: 'bench' }),
    header: key ? `\r\nidempotency-key: ${key}` : '',
  };
}

async function open(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  return socket.setEncoding('latin1');
}

/** @throws Error unless the answer is a 200. */
function ask(socket: Socket, request: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let text = '';
    const done = (error?: Error) => {
      socket.off('data', read);
      socket.off('close', closed);
      if (error) reject(error);
      else resolve();
    };
    const closed = () => done(new Error('The server closed a connection.'));
    const read = (chunk: string) => {
      text += chunk;
      const head = text.indexOf(HEAD_END);
      if (head < 0) return;
      const length = Number(/content-length: (\d+)/i.exec(text.slice(0, head))?.[1] ?? Number.NaN);
      if (text.length < head + HEAD_END.length + length) return;
      done(text.startsWith('HTTP/1.1 200 ') ? undefined : new Error(`The answer was ${text}`));
    };
    socket.on('data', read);
    socket.on('close', closed);
    socket.write(request);
  });
}
