import { once } from 'node:events';
import { eventually } from '@skelly/testkit';
import { CLOSE } from '@skelly/types/live';
import { WebSocket } from 'ws';
import { encodeMessage } from '../protocol/encode';
import { type EchoServer, startEchoServer } from '../testing/echo-server';

const frameOf = (text: string) => ({ text: Buffer.from(text), message: encodeMessage(Buffer.from(text), 'text') });

describe('a transport', () => {
  let echo: EchoServer;
  let client: WebSocket;
  let received: string[];
  const transport = () => eventually('an accepted socket', () => echo.transports[0]);

  beforeEach(async () => {
    echo = await startEchoServer({ outgoingBytes: 1_048_576 });
    client = new WebSocket(echo.url);
    received = [];
    client.on('message', (data) => received.push(data.toString()));
    client.on('error', () => undefined);
    await once(client, 'open');
  });
  afterEach(async () => {
    client.terminate();
    await echo.close();
  });

  test('sends everything that was given to it before its close, in order, and nothing after', async () => {
    const given = await transport();
    const texts = Array.from({ length: 300 }, (_, nth) => `${nth}`.repeat(nth % 90));
    for (const text of texts) given.send(frameOf(text));
    given.close(CLOSE.GOING_AWAY, 'later');
    given.send(frameOf('too late'));
    const [code] = await once(client, 'close');
    expect(code).toBe(CLOSE.GOING_AWAY);
    expect(received).toEqual(texts);
  });

  test('answers what came with a client’s close before it answers the close', async () => {
    for (let nth = 0; nth < 50; nth += 1) client.send(`${nth}`);
    client.close(1000);
    const [code] = await once(client, 'close');
    expect([code, received]).toEqual([1000, Array.from({ length: 50 }, (_, nth) => `${nth}`)]);
  });

  test('does not take a burst for a slow reader', async () => {
    const given = await transport();
    const text = 'x'.repeat(100_000);
    for (let nth = 0; nth < 15; nth += 1) given.send(frameOf(text));
    await eventually('all of it', () => received.length === 15);
    expect(given.isClosed).toBe(false);
  });
});
