import { randomUUID } from 'node:crypto';
import { createEventSystem, createNotifier, type Notifier } from '@skelly/events';
import { eventually } from '@skelly/testkit';
import { notificationCreated } from '@skelly/types/notification';
import { createHarness, type Harness } from './testing/gateway-harness';
import { openTestStream, type TestStream } from './testing/sdk';
import { writeEvents, writeMessages } from './testing/stream-writer';

describe('the browser SDK and the gateway', () => {
  let harness: Harness;
  let notifier: Notifier;
  const open: TestStream[] = [];
  const connect = (options: Parameters<typeof openTestStream>[0]) => {
    const opened = openTestStream(options);
    open.push(opened);
    return opened;
  };
  beforeAll(async () => {
    harness = await createHarness();
    notifier = createNotifier({
      url: harness.database.url,
      applicationName: 'test-notifier',
      onError: (error) => {
        throw error;
      },
    });
  });
  afterAll(async () => {
    for (const { stream } of open) stream.close();
    await notifier.close();
    await harness.close();
  });

  it('brings what a unit of work commits to the handler, with the fields for browsers and no others', async () => {
    const gateway = await harness.startGateway({ limits: { followIntervalMs: 60_000 } });
    const member = await harness.addMember();
    const { stream } = connect({ urlOf: () => gateway.url, member });
    const titles: string[] = [];
    const seen: object[] = [];
    const correlations: unknown[] = [];
    stream.subscribe(notificationCreated, ({ data, correlationId }) => {
      titles.push(data.title);
      correlations.push(correlationId);
      seen.push(data);
    });
    await eventually('a live stream', () => stream.state.status === 'live');

    const events = createEventSystem({ database: harness.database, notifier, now: () => new Date() });
    const correlationId = randomUUID();
    await events.emitEvent(
      notificationCreated,
      {
        notificationId: '0198c0de-0000-7000-8000-000000000001',
        userId: member.userId,
        category: 'welcome',
        title: 'Welcome',
        body: 'You are in.',
        href: null,
        sourceEventId: null,
        createdAt: new Date().toISOString(),
        unread: 1,
        inboxVersion: 1,
      },
      'test',
      { correlationId },
    );
    await eventually('the notification', () => titles.length > 0);
    expect(correlations).toEqual([correlationId]);
    // As a gateway reads it that had no hint of it.
    const later = harness.connect(await harness.startGateway(), member);
    const { rows } = await harness.database.pool.query<{ epoch: string }>('select epoch from push_epoch');
    await later.subscribe(`user:${member.userId}`, { offset: 0, epoch: rows[0]?.epoch ?? '' });
    expect((await later.waitForPublications(1))[0]).toMatchObject({ correlationId });
    expect(titles).toEqual(['Welcome']);
    expect(Object.keys(seen[0] ?? {}).sort()).toEqual([...(notificationCreated.push[0]?.client ?? [])].sort());
    expect(stream.state.lastEventAt).toBeGreaterThan(0);
  });

  it('continues after a cut connection, from the position that an answer of the API carried', async () => {
    const gateway = await harness.startGateway();
    const member = await harness.addMember();
    const channel = `user:${member.userId}`;
    await writeMessages(harness.database.pool, channel, 3);
    const { rows } = await harness.database.pool.query<{ epoch: string }>('select epoch from push_epoch');
    const since = { offset: 1, epoch: rows[0]?.epoch ?? '' };
    const { events, refetches, cutUntilNoticed } = connect({
      urlOf: () => gateway.url,
      member,
      channels: { [channel]: since },
    });
    await eventually('two events', () => events.length === 2);
    await cutUntilNoticed();
    await writeMessages(harness.database.pool, channel, 2);
    await eventually('two more', () => events.length === 4);
    expect(events.map((event) => event.offset)).toEqual([2, 3, 4, 5]);
    expect(refetches).toEqual([]);
  });

  it('is told to refetch when the database was restored', async () => {
    const gateway = await harness.startGateway();
    const member = await harness.addMember();
    const channel = `user:${member.userId}`;
    const { stream, events, refetches } = connect({ urlOf: () => gateway.url, member });
    await eventually('a live stream', () => stream.state.status === 'live');
    await writeMessages(harness.database.pool, channel, 1);
    await eventually('an event', () => events.length === 1);
    await harness.database.pool.query(`update push_epoch set epoch = 'restored', renewed_at = now()`);
    await eventually('the notice', () => refetches.length === 1);
    expect(refetches).toEqual([{ channel, reason: 'unrecovered' }]);
    await writeMessages(harness.database.pool, channel, 1);
    await eventually('another event', () => events.length === 2);
  });

  it('knows who is in a room, keeps it when it comes back, and gives up a room that it has left', async () => {
    const gateway = await harness.startGateway();
    const [mara, teo] = [await harness.addMember(), await harness.addMember()];
    const roomId = await harness.addRoom([mara, teo]);
    const channel = `room:${roomId}`;
    const other = connect({ urlOf: () => gateway.url, member: teo });
    const { stream, events, refetches, cutUntilNoticed } = connect({
      urlOf: () => gateway.url,
      member: mara,
      channels: { [channel]: undefined },
    });
    const seen: string[] = [];
    const presence = stream.presence(channel);
    presence.onChange(() => seen.push((presence.list?.members ?? []).map(({ state }) => state).join()));
    const theirs = other.stream.presence(channel);
    await eventually('both', () => presence.list?.count === 2);
    theirs.typing();
    await eventually('typing', () =>
      presence.list?.members.some(({ userId, state }) => userId === teo.userId && state === 'typing'),
    );
    await cutUntilNoticed();
    await eventually('a live stream', () => stream.state.status === 'live');
    theirs.rest();
    await eventually('rest', () => presence.list?.members.every(({ state }) => state === 'here'));
    expect(seen.indexOf('')).toBe(-1);
    expect(presence.list?.count).toBe(2);

    await harness.database.pool.query('delete from room_membership where user_id = $1', [mara.userId]);
    await writeMessages(harness.database.pool, channel, 1, 'room:member.left');
    await eventually('the notice', () => refetches.length === 1);
    expect(refetches).toEqual([{ channel, reason: 'forbidden' }]);
    await eventually('nothing to see', () => presence.list === undefined);
    await writeMessages(harness.database.pool, channel, 1);
    await writeMessages(harness.database.pool, `user:${mara.userId}`, 1);
    await eventually('what is hers', () => events.some((event) => event.channel === `user:${mara.userId}`));
    expect(events.filter((event) => event.channel === channel && event.type === 'test:message')).toEqual([]);
  });

  it('stops as signed out when the session is revoked, and goes on after signing in', async () => {
    const gateway = await harness.startGateway();
    const member = await harness.addMember();
    const { stream } = connect({ urlOf: () => gateway.url, member });
    await eventually('a live stream', () => stream.state.status === 'live');
    await harness.database.pool.query('update user_session set revoked_at = now() where id = $1', [member.sessionId]);
    await writeMessages(harness.database.pool, `user:${member.userId}`, 1, 'user:logged.out');
    await eventually('the end', () => stream.state.reason === 'signed-out', { withinMs: 1_500 });
    expect(stream.state.status).toBe('offline');
    await harness.database.pool.query('update user_session set revoked_at = null where id = $1', [member.sessionId]);
    stream.connect();
    await eventually('a live stream', () => stream.state.status === 'live');
  });

  it('follows the log in the order of positions, for an admin', async () => {
    const gateway = await harness.startGateway({ hints: false });
    const member = await harness.addMember({ role: 'admin' });
    const { stream, events } = connect({ urlOf: () => gateway.url, member });
    const positions: number[] = [];
    const seen: object[] = [];
    const stop = stream.subscribeLog(({ data, offset }) => {
      positions.push(offset);
      seen.push(data);
    });
    await eventually('a live stream', () => stream.state.status === 'live');

    const holder = await harness.database.pool.connect();
    await holder.query('begin');
    const held = await writeEvents(holder, 1);
    const voided = await harness.database.pool.connect();
    await voided.query('begin');
    await writeEvents(voided, 2);
    await voided.query('rollback');
    const after = await writeEvents(harness.database.pool, 2);
    // Two messages, one after the other, by followers of the same interval: the log was read in between.
    for (const count of [1, 2]) {
      await writeMessages(harness.database.pool, `user:${member.userId}`, 1);
      await eventually('a message', () => events.length === count);
    }
    expect(positions).toEqual([]);
    await holder.query('commit');
    await eventually('all three', () => positions.length === 3);
    expect(positions).toEqual([...held, ...after]);
    expect(seen[0]).toEqual({
      position: held[0],
      version: 1,
      subject: 'user:1',
      sourceModule: 'test',
      actor: 'system',
      correlationId: expect.any(String),
      causationId: null,
    });
    expect(events.every((event) => event.channel !== 'log')).toBe(true);
    holder.release();
    voided.release();
    stop();
  });
});
