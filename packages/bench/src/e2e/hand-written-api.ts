import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import express from 'express';
import pg from 'pg';
import { serveContender } from '../harness/contender';
import { urlOf } from '../workload/batcher';
import { createTunedClient } from '../workload/sdk-client';
import { findUser, type HandWrittenArgument } from './hand-written-session';

/**
 * The first half of the chain that anybody writes in an afternoon: Express, a session lookup, one insert, one SendMessage.
 * No outbox: a crash between the two loses the event.
 */
serveContender<HandWrittenArgument>(async ({ databaseUrl, endpoint, queueName }) => {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 20 });
  const sqs = createTunedClient(endpoint);
  const QueueUrl = await urlOf(sqs, queueName);
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use(express.json());
  app.post('/command', async (request, response) => {
    const userId = await findUser(pool, request.get('cookie'));
    if (!userId) return void response.status(401).end();
    await pool.query({ name: 'insert', text: 'insert into bench_command (user_id) values ($1)', values: [userId] });
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify({ userId, at: Date.now() }) }));
    response.json({ unread: 0 });
  });
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    commands: { port: async () => (server.address() as AddressInfo).port },
    async stop() {
      server.closeAllConnections();
      server.close();
      await pool.end();
      sqs.destroy();
    },
  };
});
