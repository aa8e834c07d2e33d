import { once } from 'node:events';
import { Agent, createServer, get, type IncomingMessage, type ServerResponse } from 'node:http';
import { closeServer, listen } from './health-server';

describe('closeServer', () => {
  test('does not wait for a client that keeps its connection after the answer', async () => {
    const server = createServer({ keepAliveTimeout: 60_000 });
    const port = await listen(server, { host: '127.0.0.1', port: 0 });
    const agent = new Agent({ keepAlive: true });
    const asked = once(server, 'request') as Promise<[IncomingMessage, ServerResponse]>;
    const answered = once(get({ agent, host: '127.0.0.1', port }), 'response') as Promise<[IncomingMessage]>;
    const [, response] = await asked;

    const closed = closeServer(server);
    response.end('late');
    const [answer] = await answered;
    expect(answer.headers.connection).toBe('keep-alive');
    answer.resume();
    const answeredAt = performance.now();
    await closed;
    expect(performance.now() - answeredAt).toBeLessThan(2_000);
    agent.destroy();
  });
});
