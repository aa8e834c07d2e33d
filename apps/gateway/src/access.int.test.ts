import { once } from 'node:events';
import { connect } from 'node:net';
import { eventually } from '@skelly/testkit';
import { CLOSE } from '@skelly/types/live';
import { createHarness, type Harness, ORIGIN, type TestGateway } from './testing/gateway-harness';
import { hintMessages, writeMessages } from './testing/stream-writer';

describe('who may connect, and what ends a connection', () => {
  let harness: Harness;
  let gateway: TestGateway;
  beforeAll(async () => {
    harness = await createHarness();
    gateway = await harness.startGateway();
  });
  afterAll(() => harness.close());

  it('refuses a wrong origin before the upgrade, and accepts a listed one or none', async () => {
    const member = await harness.addMember();
    const wrong: Record<string, string>[] = [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site' },
    ];
    for (const headers of wrong) {
      const socket = harness.connect(gateway, member, headers);
      expect(await eventually('a refusal', () => socket.refusedWith)).toBe(403);
    }
    await harness.connect(gateway, member, { origin: ORIGIN }).waitFor('welcome');
    await harness.connect(gateway, member).waitFor('welcome');
  });

  it('answers 404 elsewhere', async () => {
    const member = await harness.addMember();
    const elsewhere = { ...gateway, url: gateway.url.replace('/ws', '/other') };
    const socket = harness.connect(elsewhere, member);
    expect(await eventually('a refusal', () => socket.refusedWith)).toBe(404);
    expect((await fetch(`${gateway.http}/ws`)).status).toBe(426);
    expect((await fetch(`${gateway.http}/other`)).status).toBe(404);
  });

  it('leaves no half of a refused connection open, which would hold up its own end', async () => {
    const stream = connect({ port: Number(new URL(gateway.http).port), host: '127.0.0.1', allowHalfOpen: true });
    const errors: Error[] = [];
    stream.on('error', (error) => errors.push(error));
    stream.write('GET /other HTTP/1.1\r\nhost: x\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n');
    await once(stream.resume(), 'end');
    const isGone = () => {
      // Whoever writes into a connection that is gone is told so.
      stream.write('x');
      return errors.length > 0;
    };
    await eventually('the other half to be gone', isGone).finally(() => stream.destroy());
  });

  it('says that it is alive and ready', async () => {
    expect(await (await fetch(`${gateway.http}/health/live`)).json()).toEqual({ status: 'ok' });
    await eventually('readiness', async () => (await fetch(`${gateway.http}/health/ready`)).status === 200);
  });

  it('closes with 4401 without a session, with an unknown one, and with an expired one', async () => {
    const expired = await harness.addMember({ expiresInMs: -1_000 });
    const unknown = { ...expired, cookie: `skelly_session=${'x'.repeat(43)}` };
    for (const [member, headers] of [
      [undefined, { origin: ORIGIN }] as const,
      [unknown] as const,
      [expired] as const,
    ]) {
      const socket = harness.connect(gateway, member, headers);
      expect(await socket.waitForClose(1_000)).toMatchObject({ code: CLOSE.UNAUTHENTICATED, reason: 'no session' });
      expect(socket.frames).toEqual([]);
    }
  });

  it('closes with 4401 when the session expires or is revoked, and asks to come back when the role changes', async () => {
    const strict = await harness.startGateway({ limits: { sessionCheckMs: 50 } });
    const expiring = harness.connect(strict, await harness.addMember({ expiresInMs: 400 }));
    await expiring.waitFor('welcome');
    expect(await expiring.waitForClose()).toMatchObject({ code: CLOSE.UNAUTHENTICATED });

    const member = await harness.addMember();
    const revoked = harness.connect(strict, member);
    await revoked.waitFor('welcome');
    await harness.database.pool.query('update user_session set revoked_at = now() where id = $1', [member.sessionId]);
    expect(await revoked.waitForClose()).toMatchObject({ code: CLOSE.UNAUTHENTICATED });

    const promoted = await harness.addMember();
    const socket = harness.connect(strict, promoted);
    await socket.waitFor('welcome');
    await harness.database.pool.query(`update users set role = 'admin' where id = $1`, [promoted.userId]);
    expect(await socket.waitForClose()).toMatchObject({ code: CLOSE.SESSION_CHANGED });
  });

  it("closes the session that signed out within a second, and the member's others not", async () => {
    const slowToCheck = await harness.startGateway({ hints: false });
    const member = await harness.addMember();
    const { rows } = await harness.database.pool.query<{ id: string }>(
      `insert into user_session (token_hash, id, user_id, expires_at)
       select sha256('other'), gen_random_uuid(), user_id, expires_at from user_session where id = $1 returning id`,
      [member.sessionId],
    );
    const channel = `user:${member.userId}`;
    const socket = harness.connect(slowToCheck, member);
    await socket.subscribe(channel);
    await harness.database.pool.query('update user_session set revoked_at = now() where id = $1', [rows[0]?.id]);
    await writeMessages(harness.database.pool, channel, 1, 'user:logged.out');
    await socket.waitForPublications(1);
    await writeMessages(harness.database.pool, channel, 1);
    await socket.waitForPublications(2);
    expect(socket.raw.readyState).toBe(socket.raw.OPEN);
    await harness.database.pool.query('update user_session set revoked_at = now() where id = $1', [member.sessionId]);
    await writeMessages(harness.database.pool, channel, 1, 'user:logged.out');
    expect(await socket.waitForClose(1_000)).toMatchObject({ code: CLOSE.UNAUTHENTICATED });
  });

  it('asks to come back within a second of the role’s change, on every channel, hinted or not', async () => {
    for (const hints of [true, false]) {
      const followIntervalMs = hints ? 600_000 : 500;
      const slowToCheck = await harness.startGateway({ hints, limits: { sessionCheckMs: 600_000, followIntervalMs } });
      const member = await harness.addMember();
      const channel = `user:${member.userId}`;
      // Not a subscriber of the channel that tells.
      const socket = harness.connect(slowToCheck, member);
      await socket.subscribe('all');
      await harness.database.pool.query(`update users set role = 'admin' where id = $1`, [member.userId]);
      const messages = await writeMessages(harness.database.pool, channel, 1, 'user:role.changed');
      if (hints) await hintMessages(harness.database.pool, channel, messages, 'user:role.changed');
      expect(await socket.waitForClose(1_000)).toMatchObject({ code: CLOSE.SESSION_CHANGED });
      const again = harness.connect(slowToCheck, member);
      expect(await again.waitFor('welcome')).toMatchObject({ user: { role: 'admin' } });
    }
  });

  it.each([
    ['another member', 'user:somebody-else', 'member'],
    ['another role', 'role:admin', 'member'],
    ['the log', 'log', 'creator'],
    ['a room that is none', 'room:1', 'admin'],
    ['an unknown kind', 'whatever', 'admin'],
  ])('refuses the channel of %s and closes with 4403', async (_what, channel, role) => {
    const socket = harness.connect(gateway, await harness.addMember({ role }));
    const answer = await socket.subscribe(channel);
    expect(answer).toMatchObject({ t: 'error', code: 'forbidden', temporary: false });
    expect(await socket.waitForClose()).toMatchObject({ code: CLOSE.FORBIDDEN });
  });

  it.each([
    ['support', 'log'],
    ['member', 'role:member'],
    ['member', 'all'],
    ['member', 'system'],
  ])('lets %s follow %s', async (role, channel) => {
    const socket = harness.connect(gateway, await harness.addMember({ role }));
    expect(await socket.subscribe(channel)).toMatchObject({ t: 'subscribed', channel });
  });

  it('tells clients to come back at a drain, refuses new ones, and ends', async () => {
    const draining = await harness.startGateway();
    const member = await harness.addMember();
    const socket = harness.connect(draining, member);
    await socket.subscribe(`user:${member.userId}`);
    await draining.gateway.close();
    expect(await socket.waitForClose()).toEqual({
      code: CLOSE.GOING_AWAY,
      reason: expect.stringMatching(/^\{"reconnectWithinMs":\d+\}$/),
    });
    expect(draining.gateway.connections).toBe(0);
  });
});
