import { createServer } from 'node:http';
import { closeServer, listen } from '@skelly/runtime';
import { serveContender } from '../harness/contender';

/** Reads a request and answers with nothing done: what it reaches is what the load is good for at least. */
serveContender(async () => {
  const answer = JSON.stringify({ eventIds: ['00000000-0000-7000-8000-000000000000'] });
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': answer.length }).end(answer);
    });
  });
  const port = await listen(server, { host: '127.0.0.1', port: 0 });
  return { commands: { port: async () => port }, stop: () => closeServer(server) };
});
