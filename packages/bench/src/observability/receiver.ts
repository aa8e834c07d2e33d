import { createServer } from 'node:http';
import { listen } from '@skelly/runtime';
import { serveContender } from '../harness/contender';

/** A collector that takes spans and forgets them, so that it costs next to nothing. */
serveContender(async () => {
  let requests = 0;
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      requests += 1;
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  const port = await listen(server, { host: '127.0.0.1', port: 0 });
  return {
    commands: { url: async () => `http://127.0.0.1:${port}`, requests: async () => requests },
    async stop() {
      server.closeAllConnections();
      server.close();
    },
  };
});
