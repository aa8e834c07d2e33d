import { createEventSystem, createNotifier, type EventSystem, type Notifier } from '@skelly/events';
import { eventually, hasRedis, startTestRedis, type TestRedis } from '@skelly/testkit';
import { notificationInboxRead } from '@skelly/types/notification';
import { listenForHints, type Silence } from './hints/listen';
import { createHarness, type Harness, type TestMember } from './testing/gateway-harness';
import { openTestStream, type TestStream } from './testing/sdk';
import { writeMessages } from './testing/stream-writer';

/** Longer than any test: what arrives in time was hinted. */
const DEAF = { followIntervalMs: 60_000 };

(hasRedis() ? describe : describe.skip)('gateways that Redis wakes', () => {
  let harness: Harness;
  let redis: TestRedis;
  let notifier: Notifier;
  let events: EventSystem;
  const open: TestStream[] = [];
  beforeAll(async () => {
    harness = await createHarness();
    redis = await startTestRedis();
    const { database } = harness;
    notifier = createNotifier({
      url: database.url,
      redisUrl: redis.url,
      applicationName: 'test-notifier',
      onError: () => undefined,
    });
    events = createEventSystem({ database, notifier, now: () => new Date() });
  });
  afterAll(async () => {
    for (const { stream } of open) stream.close();
    await notifier.close();
    await harness.close();
    await redis.stop();
  });

  async function follow(gateway: { url: string }, member: TestMember): Promise<TestStream> {
    const opened = openTestStream({ urlOf: () => gateway.url, member });
    open.push(opened);
    await eventually('a live stream', () => opened.stream.state.status === 'live');
    return opened;
  }

  const push = (member: TestMember, inboxVersion: number) =>
    events.transaction(async (work) =>
      work.push(notificationInboxRead, {
        userId: member.userId,
        readAt: '2026-11-21T12:00:00.000Z',
        unread: 0,
        inboxVersion,
      }),
    );

  const offsets = ({ events: seen }: TestStream) => seen.map(({ offset }) => offset);

  it('bring what is committed to the clients of each, without a look at the streams', async () => {
    const member = await harness.addMember();
    const streams: TestStream[] = [];
    for (let nth = 0; nth < 2; nth += 1) {
      streams.push(await follow(await harness.startGateway({ redisUrl: redis.url, limits: DEAF }), member));
    }
    await eventually('Redis to have listeners', async () => {
      await push(member, 1);
      return streams.every((stream) => stream.events.length > 0);
    });
    for (let version = 2; version <= 50; version += 1) await push(member, version);
    for (const stream of streams) {
      await eventually('the last message', () => offsets(stream).at(-1) === offsets(streams[0] as TestStream).at(-1));
      await eventually('fifty messages', () => offsets(stream).length >= 50);
      expect(offsets(stream)).toEqual(offsets(stream).map((_, index) => index + 1));
    }
  });

  it('lose nothing and repeat nothing when Redis is killed and comes back in between', async () => {
    const member = await harness.addMember();
    const streams = [
      await follow(await harness.startGateway({ redisUrl: redis.url }), member),
      await follow(await harness.startGateway({ redisUrl: redis.url }), member),
    ];
    let version = 0;
    const write = async (count: number) => {
      for (let nth = 0; nth < count; nth += 1) {
        version += 1;
        await push(member, version);
      }
    };
    await write(50);
    await redis.kill();
    const begun = Date.now();
    await write(50);
    for (const stream of streams) await eventually('what came while it was away', () => stream.events.length === 100);
    expect(Date.now() - begun).toBeLessThan(2_000);
    await redis.restart();
    await write(50);
    for (const stream of streams) {
      await eventually('all messages', () => stream.events.length === 150);
      expect(offsets(stream)).toEqual(Array.from({ length: 150 }, (_, index) => index + 1));
      expect(stream.refetches).toEqual([]);
    }
  });

  it('take nothing from the channel that is not of their database', async () => {
    const member = await harness.addMember();
    const gateway = await harness.startGateway({ redisUrl: redis.url });
    const stream = await follow(gateway, member);
    const elsewhere = createNotifier({
      url: harness.database.url,
      redisUrl: redis.url,
      applicationName: 'test-elsewhere',
      onError: () => undefined,
    });
    const channel = `user:${member.userId}`;
    const about = { eventId: 'e', correlationId: 'c', at: '2026-11-21T12:00:00.000Z' };
    const frame = { channel, offset: 1, epoch: 'another', position: 1, ...about };
    for (let nth = 0; nth < 20; nth += 1) {
      elsewhere.committed({ frames: [{ ...frame, type: 'test:foreign', data: { foreign: true } }] });
    }
    await elsewhere.close();
    await writeMessages(harness.database.pool, channel, 1);
    await eventually('our own message', () => stream.events.length > 0);
    expect(stream.events.map(({ type }) => type)).toEqual(['test:message']);
  });

  it('say once that Redis is away for long, and where, without credentials', async () => {
    const silences: Silence[] = [];
    let connects = 0;
    const hints = listenForHints({
      redisUrl: redis.url.replace('redis://', 'redis://default:secret@'),
      onPush: () => undefined,
      onLog: () => undefined,
      onPresence: () => undefined,
      onConnect: () => {
        connects += 1;
      },
      onSilence: (silence) => silences.push(silence),
      silenceMs: 100,
    });
    await eventually('to listen', () => connects === 1);
    await redis.kill();
    await eventually('a word', () => silences.length > 0);
    await redis.restart();
    await eventually('to listen again', () => connects === 2);
    await hints.close();
    expect(silences.map(({ source }) => source)).toEqual([`redis at ${new URL(redis.url).host}`]);
    expect(JSON.stringify([silences, silences.map(({ err }) => err.message)])).not.toContain('secret');
  });
});
