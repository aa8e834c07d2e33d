import { createDatabase } from '@skelly/db';
import { eventually, startTcpProxy } from '@skelly/testkit';
import { catalog } from '@skelly/types/events';
import type { ServerFrame } from '@skelly/types/live';
import { createHarness, type Harness, type TestMember } from './testing/gateway-harness';
import type { TestSocket } from './testing/test-socket';

const viewed = { type: 'ui:interaction', data: { name: 'page.viewed', page: '/home' } };

describe('emitting through a socket', () => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await createHarness();
  });
  afterAll(() => harness.close());

  async function connected(options: Parameters<Harness['startGateway']>[0] = {}) {
    const gateway = await harness.startGateway(options);
    const member = await harness.addMember();
    const socket = harness.connect(gateway, member);
    await socket.waitFor('welcome');
    return { gateway, member, socket };
  }
  const answer = (socket: TestSocket, id: number): Promise<ServerFrame> =>
    eventually(`the answer to ${id}`, () => socket.frames.find((frame) => 'id' in frame && frame.id === id));
  const written = async ({ userId }: TestMember) =>
    (
      await harness.database.pool.query(
        `select event_id as id, actor, data from event_history where type = 'ui:interaction' and subject = $1 order by position`,
        [`user:${userId}`],
      )
    ).rows;

  it('is answered with the id of an event that is written, by the session’s user', async () => {
    const { member, socket } = await connected();
    socket.send({ t: 'emit', id: 1, ...viewed });
    const ack = await answer(socket, 1);
    const { userId, sessionId } = member;
    expect(await written(member)).toEqual([
      {
        id: (ack as { eventId?: string }).eventId,
        actor: `user:${userId}`,
        data: { ...viewed.data, userId, sessionId },
      },
    ]);
  });

  it('writes once for a key, through any gateway', async () => {
    const { member, socket } = await connected();
    const elsewhere = harness.connect(await harness.startGateway(), member);
    await elsewhere.waitFor('welcome');
    socket.send({ t: 'emit', id: 1, ...viewed, key: 'same' });
    elsewhere.send({ t: 'emit', id: 1, ...viewed, key: 'same' });
    const answers = await Promise.all([answer(socket, 1), answer(elsewhere, 1)]);
    expect(answers[0]).toEqual({ t: 'ack', id: 1, eventId: expect.any(String) });
    expect(answers[1]).toEqual(answers[0]);
    expect(await written(member)).toHaveLength(1);
  });

  it('refuses every contract that is no client event, and goes on', async () => {
    const { socket } = await connected();
    const closed = Object.values(catalog).filter(({ clientEvent }) => !clientEvent);
    for (const [index, { type }] of closed.entries()) {
      socket.send({ t: 'emit', id: index, type, data: {} });
      expect(await answer(socket, index)).toMatchObject({ t: 'error', code: 'event_not_allowed', temporary: false });
    }
    expect(closed.length).toBeGreaterThan(5);
    socket.send({ t: 'emit', id: 1_000, ...viewed });
    expect(await answer(socket, 1_000)).toMatchObject({ t: 'ack' });
  });

  it('names what is wrong with the data, and lets nobody speak for another', async () => {
    const { member, socket } = await connected();
    socket.send({ t: 'emit', id: 1, type: viewed.type, data: { name: 'made.up', page: 'home' } });
    const invalid = await answer(socket, 1);
    expect(invalid).toMatchObject({ t: 'error', code: 'event_invalid' });
    expect((invalid as { message?: string }).message).toMatch(/data\.name: .+ data\.page: must be a path/);
    const { userId } = await harness.addMember();
    socket.send({ t: 'emit', id: 2, type: viewed.type, data: { ...viewed.data, userId } });
    expect(await answer(socket, 2)).toMatchObject({ t: 'error', code: 'event_not_allowed' });
    expect(await written(member)).toEqual([]);
  });

  it('bounds how fast a session emits, whatever its connections, and says when to try again', async () => {
    const { gateway, member, socket } = await connected({ clientEventsPerMinute: 4 });
    const second = harness.connect(gateway, member);
    await second.waitFor('welcome');
    for (const id of [1, 2]) {
      socket.send({ t: 'emit', id, ...viewed });
      second.send({ t: 'emit', id, ...viewed });
      await Promise.all([answer(socket, id), answer(second, id)]);
    }
    socket.send({ t: 'emit', id: 3, ...viewed });
    const refused = await answer(socket, 3);
    expect(refused).toMatchObject({ t: 'error', code: 'too_many_events', temporary: true });
    expect((refused as { retryAfterMs?: number }).retryAfterMs).toBeGreaterThan(10_000);
    expect(await written(member)).toHaveLength(4);
  });

  it('while Postgres does not answer, the socket does: emits wait, bounded, and everything else goes on', async () => {
    const proxy = await startTcpProxy(harness.database.url);
    const slow = createDatabase({
      url: proxy.url,
      max: 2,
      queryTimeoutMs: 2_000,
      applicationName: 'test-slow',
      onConnectionError: () => undefined,
    });
    try {
      const { member, socket } = await connected({ writeTo: slow, limits: { emitsInFlight: 3 } });
      socket.send({ t: 'emit', id: 11, ...viewed });
      await answer(socket, 11);
      proxy.freeze();
      for (const id of [2, 3, 4, 5]) socket.send({ t: 'emit', id, ...viewed, key: `k${id}` });
      expect(await answer(socket, 5)).toMatchObject({ t: 'error', code: 'too_many_events', temporary: true });
      socket.send({ t: 'ping' });
      await socket.waitFor('pong');
      expect(await socket.subscribe('all')).toMatchObject({ t: 'subscribed' });
      expect(socket.frames.filter((frame) => 'id' in frame && [2, 3, 4].includes(Number(frame.id)))).toEqual([]);
      expect(await eventually('the end of the wait', () => answer(socket, 2), { withinMs: 8_000 })).toMatchObject({
        t: 'error',
        code: 'unavailable',
        temporary: true,
      });
      await Promise.all([answer(socket, 3), answer(socket, 4)]);
      await proxy.restore();
      socket.send({ t: 'emit', id: 6, ...viewed, key: 'k2' });
      expect(await answer(socket, 6)).toMatchObject({ t: 'ack' });
      const ids = (await written(member)).map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
    } finally {
      await slow.close();
      await proxy.close();
    }
  });
});
