import { createEventStream, type SocketConstructor } from '@skelly/client';
import { eventually } from '@skelly/testkit';
import { CLOSE } from '@skelly/types/live';
import { WebSocket } from 'ws';
import { createHarness, type Harness, ORIGIN, type TestGateway, type TestMember } from './testing/gateway-harness';
import { writeMessages } from './testing/stream-writer';
import type { TestSocket } from './testing/test-socket';

describe('a client without cookie', () => {
  let harness: Harness;
  let gateway: TestGateway;
  let member: TestMember;
  beforeAll(async () => {
    harness = await createHarness();
    gateway = await harness.startGateway();
    member = await harness.addMember();
  });
  afterAll(() => harness.close());

  /** A socket that has sent these frames the moment it was open. */
  function open(frames: readonly (string | Buffer)[], on = gateway): TestSocket {
    const socket = harness.connect(on, undefined);
    socket.raw.once('open', () => {
      for (const frame of frames) socket.raw.send(frame);
    });
    return socket;
  }
  const connect = (token: string) => JSON.stringify({ t: 'connect', token });

  it('connects by a token, is told until when, and loses nothing that it sent right behind it', async () => {
    const subscribe = JSON.stringify({ t: 'subscribe', id: 1, channel: `user:${member.userId}` });
    const socket = open([connect(await harness.issueToken(member)), subscribe, '{"t":"ping"}']);
    const welcome = await socket.waitFor('welcome');
    expect(welcome).toMatchObject({ user: { id: member.userId } });
    expect(Date.parse(welcome.expiresAt ?? '') - Date.now()).toBeGreaterThan(890_000);
    expect(await socket.waitFor('subscribed')).toMatchObject({ id: 1 });
    await socket.waitFor('pong');
    await writeMessages(harness.database.pool, `user:${member.userId}`, 1);
    await socket.waitForPublications(1);
  });

  it.each([
    ['used', 'token used', (token: string) => `update live_token set used_at = now() where '${token}' <> ''`],
    ['expired', 'token expired', () => 'update live_token set expires_at = now() where used_at is null'],
    ['of a session that has ended', 'session ended', () => 'update user_session set revoked_at = now()'],
    ['unknown', 'token unknown', () => 'delete from live_token'],
  ])('is closed with 4401 when its token is %s', async (_what, reason, spoil) => {
    const token = await harness.issueToken(member);
    await harness.database.pool.query(spoil(token));
    expect(await open([connect(token)]).waitForClose(1_000)).toEqual({ code: CLOSE.UNAUTHENTICATED, reason });
    await harness.database.pool.query('update user_session set revoked_at = null');
  });

  it('cannot replay the token of an open connection', async () => {
    const token = await harness.issueToken(member);
    const first = open([connect(token)]);
    await first.waitFor('welcome');
    expect(await open([connect(token)]).waitForClose()).toEqual({ code: CLOSE.UNAUTHENTICATED, reason: 'token used' });
    expect(first.raw.readyState).toBe(first.raw.OPEN);
  });

  it.each([
    ['says something else first', '{"t":"ping"}', CLOSE.UNAUTHENTICATED],
    ['says nothing that it could', 'garbage', CLOSE.BAD_FRAME],
    ['speaks binary', Buffer.from('{"t":"connect","token":"a"}'), CLOSE.BAD_FRAME],
  ])('is closed when it %s', async (_what, frame, code) => {
    expect(await open([frame]).waitForClose(1_000)).toMatchObject({ code });
  });

  it('is closed with 4401 when no token comes in time; a page is not waited for', async () => {
    const hasty = await harness.startGateway({ limits: { authTimeoutMs: 200 } });
    const reason = 'no session, and no token came';
    expect(await open([], hasty).waitForClose(2_000)).toEqual({ code: CLOSE.UNAUTHENTICATED, reason });
    const page = harness.connect(gateway, undefined, { origin: ORIGIN });
    page.raw.once('open', () => page.raw.send(connect('x')));
    expect(await page.waitForClose(1_000)).toEqual({ code: CLOSE.UNAUTHENTICATED, reason: 'no session' });
  });

  it('is noticed when it sends too much behind its token', async () => {
    const flood = Array.from({ length: 300 }, () => '{"t":"ping"}');
    const socket = open([connect(await harness.issueToken(member)), ...flood]);
    expect(await socket.waitForClose()).toMatchObject({ code: CLOSE.LIMITS });
  });

  it('ends when its time is over, unless it refreshes with another token of the same session', async () => {
    const brief = await harness.startGateway({ limits: { tokenConnectionMs: 1_500 } });
    const idle = open([connect(await harness.issueToken(member))], brief);
    const socket = open([connect(await harness.issueToken(member))], brief);
    const { expiresAt = '' } = await socket.waitFor('welcome');
    await eventually('half of the time', () => Date.parse(expiresAt) - Date.now() < 750);
    socket.send({ t: 'refresh', id: 'r', token: await harness.issueToken(member) });
    const refreshed = await socket.waitFor('refreshed');
    expect(refreshed.id).toBe('r');
    expect(Date.parse(refreshed.expiresAt)).toBeGreaterThan(Date.parse(expiresAt));
    expect(await idle.waitForClose(2_000)).toEqual({ code: CLOSE.SESSION_CHANGED, reason: 'no refresh came' });
    expect(socket.raw.readyState).toBe(socket.raw.OPEN);
    const stranger = await harness.addMember();
    socket.send({ t: 'refresh', id: 's', token: await harness.issueToken(stranger) });
    expect(await socket.waitForClose()).toEqual({ code: CLOSE.UNAUTHENTICATED, reason: 'token of another session' });
  });

  it('may be the SDK, which connects and refreshes by itself, and says when there is no token', async () => {
    const brief = await harness.startGateway({ limits: { tokenConnectionMs: 1_500 } });
    let sockets = 0;
    class CountedSocket extends WebSocket {
      constructor(url: string) {
        super(url);
        sockets += 1;
      }
    }
    let tokens = 0;
    const errors: unknown[] = [];
    const stream = createEventStream({
      url: brief.url,
      WebSocket: CountedSocket as unknown as SocketConstructor,
      // The shortest wait before a refresh is five seconds; here it is a tenth of one.
      timers: {
        setTimeout: (run, ms) => setTimeout(run, ms === 5_000 ? 100 : ms),
        clearTimeout: (timer) => clearTimeout(timer as NodeJS.Timeout),
      },
      async token() {
        tokens += 1;
        if (tokens === 1) throw new Error('nobody is signed in yet');
        return harness.issueToken(member);
      },
      onError: (error) => errors.push(error),
    });
    const heard: number[] = [];
    stream.subscribe('*', ({ offset }) => heard.push(offset));
    stream.connect();
    await eventually('a live stream', () => stream.state.status === 'live');
    expect(errors).toEqual([new Error('nobody is signed in yet')]);
    expect(sockets).toBe(2);
    const since = Date.now();
    await eventually('more than its time', () => Date.now() - since > 2_500);
    const [message] = await writeMessages(harness.database.pool, `user:${member.userId}`, 1);
    await eventually('the message', () => heard.length === 1);
    stream.close();
    expect(heard).toEqual([message?.offset]);
    expect(sockets).toBe(2);
    expect(tokens).toBeGreaterThan(2);
  });

  it('ends at once with its session', async () => {
    const socket = open([connect(await harness.issueToken(member))]);
    await socket.waitFor('welcome');
    await harness.database.pool.query('update user_session set revoked_at = now() where id = $1', [member.sessionId]);
    expect(await socket.waitForClose(1_000)).toEqual({ code: CLOSE.UNAUTHENTICATED, reason: 'session ended' });
    await harness.database.pool.query('update user_session set revoked_at = null');
  });

  it.each([
    ['refresh', { t: 'refresh', id: 1, token: 'x' } as const],
    ['connect', { t: 'connect', token: 'x' } as const],
  ])('is what %s is for: a client with a cookie is told so', async (_what, frame) => {
    const socket = harness.connect(gateway, member);
    await socket.waitFor('welcome');
    socket.send(frame);
    expect(await socket.waitForClose()).toMatchObject({ code: CLOSE.BAD_FRAME });
  });
});
