import type { SubscribedFrame } from '@skelly/types/live';
import type pg from 'pg';
import { createHarness, type Harness } from './testing/gateway-harness';
import { hintMessages, writeEvents, writeMessages } from './testing/stream-writer';

describe('a stream', () => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await createHarness();
  });
  afterAll(() => harness.close());

  it('begins at the head and carries what is committed afterwards, by hints', async () => {
    const gateway = await harness.startGateway({ limits: { followIntervalMs: 60_000 } });
    const member = await harness.addMember();
    const channel = `user:${member.userId}`;
    await writeMessages(harness.database.pool, channel, 3);
    const socket = harness.connect(gateway, member);
    const welcome = await socket.waitFor('welcome');
    expect(welcome).toMatchObject({ v: 1, user: { id: member.userId, role: 'member' }, pingIntervalMs: 25_000 });
    expect(await socket.subscribe(channel)).toMatchObject({ t: 'subscribed', channel, offset: 3, recovered: true });

    await hintMessages(harness.database.pool, channel, await writeMessages(harness.database.pool, channel, 2));
    const publications = await socket.waitForPublications(2);
    expect(publications.map(({ offset, data }) => ({ offset, data }))).toEqual([
      { offset: 4, data: { nth: 4 } },
      { offset: 5, data: { nth: 5 } },
    ]);
    expect(publications[0]).toMatchObject({ t: 'pub', channel, type: 'test:message', eventId: expect.any(String) });
  });

  it('carries what comes while a gateway has just begun to follow', async () => {
    const { pool } = harness.database;
    let follow = () => {};
    const isFollowing = new Promise<void>((resolve) => {
      follow = resolve;
    });
    const heads: Promise<unknown>[] = [];
    const query = async (config: pg.QueryConfig) => {
      // Postgres answers late where the log of pushes ends.
      if (config.text.startsWith('with recent') && config.text.includes('push_message')) await isFollowing;
      const answer = pool.query(config);
      if (config.text.includes('push_channel')) heads.push(answer);
      return answer;
    };
    const gateway = await harness.startGateway({ hints: false, db: { query } as Pick<pg.Pool, 'query'> });
    const member = await harness.addMember();
    const channel = `user:${member.userId}`;
    const socket = harness.connect(gateway, member);
    const subscribed = socket.subscribe(channel);
    await socket.waitFor('welcome');
    socket.send({ t: 'ping' });
    await socket.waitFor('pong');
    await Promise.all(heads);
    await writeMessages(pool, channel, 1);
    follow();
    const { offset } = (await subscribed) as SubscribedFrame;
    await socket.waitForPublications(1 - offset);
  });

  it('carries what no hint told of within a second', async () => {
    const gateway = await harness.startGateway({ hints: false });
    const member = await harness.addMember();
    const channel = `user:${member.userId}`;
    const socket = harness.connect(gateway, member);
    await socket.subscribe(channel);
    const begun = Date.now();
    await writeMessages(harness.database.pool, channel, 2);
    await socket.waitForPublications(2);
    expect(Date.now() - begun).toBeLessThan(1_000);
  });

  it('resumes with exactly what was missed, from memory and from Postgres', async () => {
    const gateway = await harness.startGateway({ limits: { hotMessages: 4, messagesPerRead: 7 } });
    const member = await harness.addMember();
    const channel = `user:${member.userId}`;
    const stays = harness.connect(gateway, member);
    const first = (await stays.subscribe(channel)) as SubscribedFrame;
    await writeMessages(harness.database.pool, channel, 50);
    await stays.waitForPublications(50);
    for (const offset of [0, 10, 47, 50]) {
      const socket = harness.connect(gateway, member);
      const subscribed = await socket.subscribe(channel, { offset, epoch: first.epoch });
      expect(subscribed).toMatchObject({ t: 'subscribed', offset, recovered: true });
      await socket.waitForPublications(50 - offset);
      expect(socket.publications.map((frame) => frame.offset)).toEqual(
        Array.from({ length: 50 - offset }, (_, index) => offset + 1 + index),
      );
      expect(socket.frames[1]?.t).toBe('subscribed');
    }
  });

  it('does not go back for a client that comes from a gateway which was further along the log', async () => {
    const { pool } = harness.database;
    const holder = await pool.connect();
    await holder.query('begin');
    await writeEvents(holder, 1);
    const [known = 0] = await writeEvents(pool, 1);
    const gateway = await harness.startGateway();
    const { rows } = await pool.query<{ epoch: string }>('select epoch from push_epoch');
    const since = { offset: known, epoch: rows[0]?.epoch ?? '' };
    const socket = harness.connect(gateway, await harness.addMember({ role: 'admin' }));
    expect(await socket.subscribe('log', since)).toMatchObject({ t: 'subscribed', ...since, recovered: true });
    await holder.query('commit');
    holder.release();
    const later = await writeEvents(pool, 2);
    await socket.waitForPublications(2);
    expect(socket.publications.map(({ offset }) => offset)).toEqual(later);
  });

  it('tells a log that begins with void positions from one that retention has shortened', async () => {
    const { pool } = harness.database;
    await pool.query(`truncate event_history`);
    await pool.query(`select nextval('event_position')`);
    const [first = 0] = await writeEvents(pool, 1);
    const gateway = await harness.startGateway();
    const member = await harness.addMember({ role: 'support' });
    const { rows } = await pool.query<{ epoch: string }>('select epoch from push_epoch');
    const since = { offset: first - 2, epoch: rows[0]?.epoch ?? '' };
    expect(await harness.connect(gateway, member).subscribe('log', since)).toMatchObject({ ...since, recovered: true });
    await pool.query(`update event_history set occurred_at = now() - interval '40 days'`);
    const later = await harness.startGateway();
    const answer = await harness.connect(later, member).subscribe('log', since);
    expect(answer).toMatchObject({ offset: first, recovered: false });
  });

  it('says so when what was missed cannot be had: another epoch, beyond the head, before retention', async () => {
    const gateway = await harness.startGateway();
    const member = await harness.addMember();
    const channel = `user:${member.userId}`;
    await writeMessages(harness.database.pool, channel, 5);
    await harness.database.pool.query('delete from push_message where channel = $1 and "offset" <= 3', [channel]);
    const probe = harness.connect(gateway, member);
    const { epoch } = (await probe.subscribe(channel)) as SubscribedFrame;
    const ask = (since: { offset: number; epoch: string }) =>
      harness.connect(gateway, member).subscribe(channel, since);
    expect(await ask({ offset: 4, epoch: 'another' })).toMatchObject({ offset: 5, epoch, recovered: false });
    expect(await ask({ offset: 6, epoch })).toMatchObject({ offset: 5, recovered: false });
    expect(await ask({ offset: 2, epoch })).toMatchObject({ offset: 5, recovered: false });
    expect(await ask({ offset: 3, epoch })).toMatchObject({ offset: 3, recovered: true });
  });
});
