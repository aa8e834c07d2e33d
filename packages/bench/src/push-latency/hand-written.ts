import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { Redis } from 'ioredis';
import pg from 'pg';
import { type WebSocket, WebSocketServer } from 'ws';
import { findUser } from '../e2e/hand-written-session';
import { type Contender, serveContender } from '../harness/contender';
import { openLoop } from '../workload/open-loop';
import { machineTime } from './clock';
import type { PushRun, WriterArgument } from './ours';

const CHANNEL = 'pushes';

/**
 * What anybody writes in an afternoon: commit, PUBLISH, and a loop over sockets. No stream, no offsets, no rules of who may see what.
 */
serveContender<WriterArgument & { role: 'writer' | 'sockets' }>((argument) =>
  argument.role === 'writer' ? startWriter(argument) : startSockets(argument),
);

async function startWriter({ databaseUrl, redisUrl = '', users }: WriterArgument): Promise<Contender> {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 10 });
  const redis = new Redis(redisUrl);
  return {
    commands: {
      async run(load: PushRun): Promise<Record<string, number>> {
        const committed: Record<string, number> = {};
        await openLoop(load, async (nth) => {
          const notificationId = randomUUID();
          const userId = users[nth % users.length] ?? '';
          const createdAt = new Date().toISOString();
          const data = { notificationId, category: 'welcome', title: 'Pushed', body: 'x'.repeat(100), createdAt };
          await pool.query({
            name: 'push',
            text: 'insert into bench_push (user_id, data) values ($1, $2)',
            values: [userId, data],
          });
          redis.publish(CHANNEL, JSON.stringify({ t: 'pub', channel: `user:${userId}`, data })).catch(() => undefined);
          committed[notificationId] = machineTime();
        });
        return committed;
      },
    },
    async stop() {
      redis.disconnect();
      await pool.end();
    },
  };
}

async function startSockets({ databaseUrl, redisUrl = '' }: WriterArgument): Promise<Contender> {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 10 });
  const sockets = new Map<string, Set<WebSocket>>();
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  server.on('connection', async (socket, request) => {
    const userId = await findUser(pool, request.headers.cookie);
    if (!userId) return socket.close();
    const channel = `user:${userId}`;
    sockets.set(channel, (sockets.get(channel) ?? new Set()).add(socket));
    socket.on('message', () => socket.send(JSON.stringify({ t: 'subscribed' })));
    socket.send(JSON.stringify({ t: 'welcome' }));
  });
  await once(server, 'listening');
  const redis = new Redis(redisUrl);
  redis.on('message', (_channel: string, text: string) => {
    const { channel } = JSON.parse(text) as { channel: string };
    for (const socket of sockets.get(channel) ?? []) socket.send(text);
  });
  await redis.subscribe(CHANNEL);
  return {
    commands: { port: async () => (server.address() as AddressInfo).port },
    async stop() {
      redis.disconnect();
      for (const client of server.clients) client.terminate();
      server.close();
      await pool.end();
    },
  };
}
