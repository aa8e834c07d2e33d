import { leaveRoom } from '@skelly/domain/room';
import { createEventSystem, createNotifier, type Notifier } from '@skelly/events';
import { eventually } from '@skelly/testkit';
import { roomChannel } from '@skelly/types/live';
import { createHarness, type Harness, type TestGateway } from './testing/gateway-harness';
import { hintMessages, writeMessages } from './testing/stream-writer';

const HALL = '00000000-0000-7000-8000-000000000001';

describe('the channels of rooms', () => {
  let harness: Harness;
  let gateway: TestGateway;
  let notifier: Notifier;
  beforeAll(async () => {
    harness = await createHarness();
    gateway = await harness.startGateway();
    notifier = createNotifier({
      url: harness.database.url,
      applicationName: 'test-notifier',
      onError: () => undefined,
    });
  });
  afterAll(async () => {
    await notifier.close();
    await harness.close();
  });

  const leave = (roomId: string, userId: string) =>
    createEventSystem({ database: harness.database, notifier, now: () => new Date() }).transaction((work) =>
      leaveRoom(work, { roomId, userId }),
    );

  it('are for their members, and the hall’s for everyone', async () => {
    const [mara, teo] = [await harness.addMember(), await harness.addMember()];
    const channel = roomChannel(await harness.addRoom([mara]));
    const socket = harness.connect(gateway, mara);
    expect(await socket.subscribe(channel)).toMatchObject({ t: 'subscribed', channel });
    expect(await socket.subscribe(roomChannel(HALL))).toMatchObject({ t: 'subscribed' });
    await writeMessages(harness.database.pool, channel, 1);
    await socket.waitForPublications(1);
    expect(await harness.connect(gateway, teo).subscribe(roomChannel(HALL))).toMatchObject({ t: 'subscribed' });
  });

  it('are refused to others, who keep their connection: a membership is lost in the midst of one', async () => {
    const [mara, teo] = [await harness.addMember(), await harness.addMember()];
    const roomId = await harness.addRoom([mara]);
    const socket = harness.connect(gateway, teo);
    for (const which of [roomId, '00000000-0000-7000-8000-00000000dead'])
      expect(await socket.subscribe(roomChannel(which))).toMatchObject({
        t: 'error',
        code: 'forbidden',
        temporary: false,
      });
    expect(await socket.subscribe(`user:${teo.userId}`)).toMatchObject({ t: 'subscribed' });
    // And they may come in a moment later.
    await harness.database.pool.query(
      `insert into room_membership (room_id, user_id, role) values ($1, $2, 'member')`,
      [roomId, teo.userId],
    );
    expect(await socket.subscribe(roomChannel(roomId))).toMatchObject({ t: 'subscribed' });
  });

  it('are unsubscribed while the answer is still sought, and not followed afterwards', async () => {
    const mara = await harness.addMember();
    const channel = roomChannel(await harness.addRoom([mara]));
    const socket = harness.connect(gateway, mara);
    await socket.waitFor('welcome');
    socket.send({ t: 'subscribe', id: 1, channel });
    socket.send({ t: 'subscribe', id: 2, channel });
    socket.send({ t: 'unsubscribe', id: 3, channel });
    await socket.waitFor('unsubscribed');
    expect(socket.frames.slice(1)).toMatchObject([
      { t: 'error', id: 2, code: 'already_subscribed' },
      { t: 'unsubscribed', id: 3 },
    ]);
    expect(await socket.subscribe(`user:${mara.userId}`)).toMatchObject({ t: 'subscribed' });
    await writeMessages(harness.database.pool, channel, 1);
    await writeMessages(harness.database.pool, `user:${mara.userId}`, 1);
    await socket.waitForPublications(1);
    expect(socket.publications.map((frame) => frame.channel)).toEqual([`user:${mara.userId}`]);
  });

  it.each([
    ['hinted', true],
    ['by the follower', false],
  ])('are lost within a second by who leaves, %s, and the others stay', async (_how, hints) => {
    const limits = hints ? { followIntervalMs: 600_000 } : {};
    const own = await harness.startGateway({ hints, limits });
    const [mara, teo] = [await harness.addMember(), await harness.addMember()];
    const roomId = await harness.addRoom([mara, teo]);
    const channel = roomChannel(roomId);
    const [stays, leaves] = [harness.connect(own, mara), harness.connect(own, teo)];
    const asked = await leaves.subscribe(channel);
    await stays.subscribe(channel);
    await leave(roomId, teo.userId);
    const gone = await eventually('the end', () => leaves.frames.find(({ t }) => t === 'unsubscribed'), {
      withinMs: 1_000,
    });
    expect(gone).toEqual({ t: 'unsubscribed', id: 'id' in asked ? asked.id : undefined, channel });
    const messages = await writeMessages(harness.database.pool, channel, 1);
    await hintMessages(harness.database.pool, channel, messages);
    await stays.waitForPublications(2);
    expect(leaves.publications.filter(({ type }) => type === 'test:message')).toEqual([]);
    expect(leaves.raw.readyState).toBe(leaves.raw.OPEN);
    expect(await leaves.subscribe(channel)).toMatchObject({ t: 'error', code: 'forbidden' });
  });

  it('are lost also when nobody was told of it: everybody is looked up again with the sessions', async () => {
    const own = await harness.startGateway({ limits: { sessionCheckMs: 100, sweepMs: 50 } });
    const mara = await harness.addMember();
    const roomId = await harness.addRoom([mara]);
    const socket = harness.connect(own, mara);
    await socket.subscribe(roomChannel(roomId));
    await harness.database.pool.query('delete from room_membership where room_id = $1', [roomId]);
    expect(await socket.waitFor('unsubscribed')).toMatchObject({ channel: roomChannel(roomId) });
    expect(await socket.subscribe(`user:${mara.userId}`)).toMatchObject({ t: 'subscribed' });
  });

  it('are lost also when the members could not be read at first', async () => {
    const [mara, teo] = [await harness.addMember(), await harness.addMember()];
    const roomId = await harness.addRoom([mara, teo]);
    const channel = roomChannel(roomId);
    const socket = harness.connect(gateway, teo);
    await socket.subscribe(channel);
    const { pool } = harness.database;
    await pool.query('alter table room_membership rename to elsewhere');
    const messages = await writeMessages(pool, channel, 1, 'room:member.left');
    await hintMessages(pool, channel, messages, 'room:member.left');
    await socket.waitForPublications(1);
    await pool.query('delete from elsewhere where user_id = $1', [teo.userId]);
    await pool.query('alter table elsewhere rename to room_membership');
    await eventually('the end', () => socket.frames.some(({ t }) => t === 'unsubscribed'));
  });
});
