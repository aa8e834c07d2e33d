import { connect } from 'node:net';
import { eventually } from '@skelly/testkit';
import { CLOSE, type SubscribedFrame } from '@skelly/types/live';
import { createHarness, type Harness, type TestGateway } from './testing/gateway-harness';
import { hintMessages, writeMessages } from './testing/stream-writer';

describe('what a client must not do', () => {
  let harness: Harness;
  let gateway: TestGateway;
  beforeAll(async () => {
    harness = await createHarness();
    gateway = await harness.startGateway();
  });
  afterAll(() => harness.close());

  it.each([
    ['no JSON', 'hello'],
    ['no object', '[]'],
    ['an unknown frame', '{"t":"sing"}'],
    ['an event without data', '{"t":"emit","id":1,"type":"a:b"}'],
    ['no channel', '{"t":"subscribe","id":1}'],
    ['no id', '{"t":"subscribe","channel":"all"}'],
    ['a broken position', '{"t":"subscribe","id":1,"channel":"all","since":{"offset":-1,"epoch":"e"}}'],
    ['a binary frame', Buffer.from('{"t":"ping"}')],
  ])('closes with 4400 for %s, and says why', async (_what, frame) => {
    const socket = harness.connect(gateway, await harness.addMember());
    await socket.waitFor('welcome');
    socket.raw.send(frame);
    expect(await socket.waitForClose()).toMatchObject({ code: CLOSE.BAD_FRAME });
    expect(await socket.waitFor('error')).toMatchObject({ code: 'bad_frame', temporary: false });
  });

  it('closes with 4413 for a frame above 4 KiB, and takes one of 4 KiB', async () => {
    const member = await harness.addMember();
    const frame = (bytes: number) => `{"t":"ping","pad":"${'x'.repeat(bytes - 21)}"}`;
    const fits = harness.connect(gateway, member);
    await fits.waitFor('welcome');
    fits.raw.send(frame(4_096));
    await fits.waitFor('pong');
    const large = harness.connect(gateway, member);
    await large.waitFor('welcome');
    large.raw.send(frame(4_097));
    expect(await large.waitForClose()).toMatchObject({ code: CLOSE.TOO_BIG });
  });

  it('closes with 4009 for too many frames, and for silence', async () => {
    const member = await harness.addMember();
    const fast = harness.connect(gateway, member);
    await fast.waitFor('welcome');
    for (let sent = 0; sent < 200; sent += 1) fast.send({ t: 'ping' });
    expect(await fast.waitForClose()).toMatchObject({ code: CLOSE.LIMITS, reason: 'too many frames' });

    const impatient = await harness.startGateway({ limits: { pingIntervalMs: 100 } });
    const alive = harness.connect(impatient, member);
    const silent = harness.connect(impatient, member);
    await silent.waitFor('welcome');
    silent.raw.pong = () => undefined;
    (silent.raw as unknown as { _autoPong: boolean })._autoPong = false;
    expect(await silent.waitForClose()).toMatchObject({ code: CLOSE.LIMITS, reason: 'ping timeout' });
    expect(alive.raw.readyState).toBe(alive.raw.OPEN);
  });

  it('closes one connection too many of a user with 4009, and of nobody else', async () => {
    const small = await harness.startGateway({ limits: { connectionsPerUser: 2 } });
    const member = await harness.addMember();
    const [first, second] = [harness.connect(small, member), harness.connect(small, member)];
    await Promise.all([first.waitFor('welcome'), second.waitFor('welcome')]);
    const third = harness.connect(small, member);
    expect(await third.waitForClose()).toMatchObject({ code: CLOSE.LIMITS, reason: 'too many connections' });
    await harness.connect(small, await harness.addMember()).waitFor('welcome');
    first.drop();
    await eventually('room again', () => small.gateway.connections === 2);
    await harness.connect(small, member).waitFor('welcome');
  });

  it('refuses a channel twice and one too many, without closing', async () => {
    const small = await harness.startGateway({ limits: { subscriptions: 2 } });
    const member = await harness.addMember();
    const socket = harness.connect(small, member);
    await socket.subscribe('all');
    expect(await socket.subscribe('all')).toMatchObject({ t: 'error', code: 'already_subscribed' });
    await socket.subscribe('system');
    expect(await socket.subscribe('role:member')).toMatchObject({ t: 'error', code: 'too_many_subscriptions' });
    socket.send({ t: 'unsubscribe', id: 'x', channel: 'all' });
    expect(await socket.waitFor('unsubscribed')).toEqual({ t: 'unsubscribed', id: 'x', channel: 'all' });
    expect(await socket.subscribe('role:member')).toMatchObject({ t: 'subscribed' });
  });

  it('closes a reader that does not read with 4008, while others receive everything', async () => {
    const tight = await harness.startGateway({ limits: { outgoingBytes: 65_536, closeTimeoutMs: 200 } });
    const member = await harness.addMember();
    const channel = `user:${member.userId}`;
    const slow = harness.connect(tight, member);
    const good = harness.connect(tight, member);
    await slow.subscribe(channel);
    const { epoch } = (await good.subscribe(channel)) as SubscribedFrame;
    slow.raw.pause();
    const data = { text: 'x'.repeat(6_000) };
    let sent = 0;
    while (tight.gateway.connections === 2 && sent < 5_000) {
      const messages = await writeMessages(harness.database.pool, channel, 1, 'test:message', data);
      sent += messages.length;
      await harness.database.pool.query('select pg_notify($1, $2)', [
        'skelly_push',
        JSON.stringify(messages.map((message) => ({ channel, epoch, ...message, type: 'test:message', data }))),
      ]);
    }
    expect(tight.gateway.connections).toBe(1);
    await good.waitForPublications(sent);
    expect(good.publications.map((frame) => frame.offset)).toEqual(
      Array.from({ length: sent }, (_, index) => index + 1),
    );
    slow.raw.resume();
    expect([CLOSE.SLOW_READER, 1006]).toContain((await slow.waitForClose()).code);
  });

  it('survives sockets that are cut in the middle of a handshake or a frame', async () => {
    const port = Number(new URL(gateway.http).port);
    for (const bytes of [
      'GET /ws HTTP/1.1\r\n',
      'GET /ws HTTP/1.1\r\nhost: x\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n',
      '\0\0\0',
    ]) {
      const stream = connect(port, '127.0.0.1');
      stream.on('error', () => undefined);
      stream.write(bytes);
      stream.end();
    }
    const member = await harness.addMember();
    const cut = harness.connect(gateway, member);
    await cut.waitFor('welcome');
    (cut.raw as unknown as { _socket: { write(bytes: Buffer): void; destroy(): void } })._socket.write(
      Buffer.from([0x81, 0xfe, 0x01]),
    );
    (cut.raw as unknown as { _socket: { destroy(): void } })._socket.destroy();
    const channel = `user:${member.userId}`;
    const socket = harness.connect(gateway, member);
    await socket.subscribe(channel);
    await hintMessages(harness.database.pool, channel, await writeMessages(harness.database.pool, channel, 1));
    await socket.waitForPublications(1);
    await eventually('the cut one to be gone', () => gateway.gateway.connections >= 1);
  });

  it('does not believe hints that are garbage, false or ahead of what is committed', async () => {
    const member = await harness.addMember();
    const channel = `user:${member.userId}`;
    const socket = harness.connect(gateway, member);
    await socket.subscribe(channel);
    const claim = { channel, position: 1, type: 't:e', eventId: 'e', at: '', data: {} };
    for (const payload of ['x', '[]', '[1]', '{"upTo":1}', JSON.stringify([{ ...claim, offset: 9 }])]) {
      await harness.database.pool.query('select pg_notify($1, $2)', ['skelly_push', payload]);
    }
    await hintMessages(harness.database.pool, channel, await writeMessages(harness.database.pool, channel, 2));
    await socket.waitForPublications(2);
    expect(socket.publications.map(({ offset }) => offset)).toEqual([1, 2]);
  });
});
