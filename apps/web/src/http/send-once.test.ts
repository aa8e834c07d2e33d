import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAttempts } from './attempts';
import { createSendOnce, type SendOnce } from './send-once';

/** How the server ends a try: with a status, or by hanging up. */
type End = number | 'lost';

describe('sendOnce', () => {
  let server: Server;
  let url: string;
  let ends: End[];
  let asked: IncomingHttpHeaders[];
  let sendOnce: SendOnce;
  beforeAll(async () => {
    server = createServer((request, response) => {
      asked.push(request.headers);
      const end = ends.shift() ?? 200;
      if (end === 'lost') return void request.socket.destroy();
      const isRepeated = asked.slice(0, -1).some((before) => before['idempotency-key'] === keyOf(-1));
      response.writeHead(end, {
        'content-type': end < 400 ? 'application/json' : 'application/problem+json',
        ...(isRepeated && end < 400 ? { 'idempotency-replayed': 'true' } : {}),
      });
      response.end(JSON.stringify({ status: end, detail: 'No.' }));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/transfers`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  beforeEach(() => {
    ends = [];
    asked = [];
    sendOnce = createSendOnce('mara');
  });
  const keyOf = (nth: number) => asked.at(nth)?.['idempotency-key'];
  const keys = () => [...new Set(asked.map((headers) => headers['idempotency-key']))];

  it('takes a new key for the same meant anew, after it was done and after it was refused', async () => {
    ends = [200, 422, 200];
    for (let round = 0; round < 3; round += 1) await sendOnce(url, { amount: 5 });
    expect(keys()).toHaveLength(3);
  });

  it.each<[End]>([['lost'], [500], [503]])(
    'repeats it under its key after %s, and says that it was done before',
    async (end) => {
      ends = [end, 200];
      expect(await sendOnce(url, { amount: 5 })).toMatchObject({ ok: false });
      expect(await sendOnce(url, { amount: 5 })).toMatchObject({ ok: true, isRepeated: true });
      expect(keys()).toHaveLength(1);
      expect(await sendOnce(url, { amount: 5 })).toMatchObject({ ok: true, isRepeated: false });
      expect(keys()).toHaveLength(2);
    },
  );

  it.each([401, 403])('keeps the key of an unknown end over a %i, which says nothing of it', async (status) => {
    ends = ['lost', status, 200];
    await sendOnce(url, { amount: 5 });
    expect(await sendOnce(url, { amount: 5 })).toMatchObject({ ok: false, failure: { isUnsettled: true } });
    expect(await sendOnce(url, { amount: 5 })).toMatchObject({ ok: true, isRepeated: true });
    expect(keys()).toHaveLength(1);
  });

  it('knows that nothing was done when the first try is refused for who asks', async () => {
    ends = [401];
    const sent = await sendOnce(url, { amount: 5 });
    expect(sent).toMatchObject({ ok: false, failure: { kind: 'refused' } });
    expect(sent).not.toHaveProperty('failure.isUnsettled');
  });

  it('goes by what is meant where that is named, not by what it looks like', async () => {
    ends = ['lost', 'lost'];
    await sendOnce(url, { amount: 5 }, 'first');
    await sendOnce(url, { amount: 5 }, 'second');
    await sendOnce(url, { amount: 5 }, 'first');
    expect(keys()).toHaveLength(2);
    expect(keyOf(2)).toBe(keyOf(0));
  });

  it('sends nothing when the server may have forgotten the key of an unknown end, and after that means it anew', async () => {
    let at = 0;
    sendOnce = createSendOnce('mara', createAttempts(), () => at);
    ends = ['lost', 'lost', 200];
    const sent: unknown[] = [];
    for (const hours of [0, 22, 23, 23]) {
      at = hours * 3_600_000;
      sent.push(await sendOnce(url, { amount: 5 }));
    }
    expect(sent[2]).toEqual({ ok: false, failure: { kind: 'stale' } });
    expect(sent[3]).toMatchObject({ ok: true });
    expect(asked).toHaveLength(3);
    expect(keyOf(1)).toBe(keyOf(0));
    expect(keyOf(2)).not.toBe(keyOf(0));
  });

  it('names the member in whose name it is sent', async () => {
    await sendOnce(url, {});
    await createSendOnce()(url, {});
    expect(asked.map((headers) => headers['x-skelly-member'])).toEqual(['mara', undefined]);
  });
});
