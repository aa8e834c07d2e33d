import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { DeleteMessageBatchCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import pg from 'pg';
import { type WebSocket, WebSocketServer } from 'ws';
import { serveContender } from '../harness/contender';
import { urlOf } from '../workload/batcher';
import { createTunedClient } from '../workload/sdk-client';
import { findUser, type HandWrittenArgument } from './hand-written-session';

/** Long polls at once: one waits while others deliver and delete. */
const LOOPS = 4;

/** The second half: receive, send to the user's socket, delete. Nothing is kept, so who is away misses it. */
serveContender<HandWrittenArgument>(async ({ databaseUrl, endpoint, queueName }) => {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 10 });
  const sqs = createTunedClient(endpoint);
  const QueueUrl = await urlOf(sqs, queueName);
  const sockets = new Map<string, WebSocket>();
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  server.on('connection', async (socket, request) => {
    const userId = await findUser(pool, request.headers.cookie);
    if (!userId) return socket.close();
    sockets.set(userId, socket);
    socket.on('message', () => socket.send(JSON.stringify({ t: 'subscribed' })));
    socket.send(JSON.stringify({ t: 'welcome' }));
  });
  await once(server, 'listening');
  const ending = new AbortController();

  async function loop(): Promise<void> {
    while (!ending.signal.aborted) {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 2 }),
        { abortSignal: ending.signal },
      );
      if (Messages.length === 0) continue;
      for (const { Body } of Messages) {
        const { userId, at } = JSON.parse(Body ?? '') as { userId: string; at: number };
        sockets.get(userId)?.send(JSON.stringify({ t: 'pub', type: 'notification:created', data: { userId, at } }));
      }
      const Entries = Messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
      await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
    }
  }
  const loops = Array.from({ length: LOOPS }, () =>
    loop().catch((error) => {
      if (ending.signal.aborted) return;
      console.error(error);
      process.exit(1);
    }),
  );
  return {
    commands: { port: async () => (server.address() as AddressInfo).port },
    async stop() {
      ending.abort();
      await Promise.all(loops);
      for (const socket of sockets.values()) socket.terminate();
      server.close();
      await pool.end();
      sqs.destroy();
    },
  };
});
