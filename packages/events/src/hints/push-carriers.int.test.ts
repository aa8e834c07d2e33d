import { setTimeout as delay } from 'node:timers/promises';
import { createTestDatabase, eventually, hasRedis, startTcpProxy, startTestRedis } from '@skelly/testkit';
import { Redis } from 'ioredis';
import type { PushFrame } from './frames';
import { createListener, type Listener } from './listener';
import { createNotifier, HINT_CHANNELS, type Notifier } from './notifier';
import { createRedisListener } from './redis/listener';
import { PUSH_CHANNEL } from './redis/publisher';

/** What brings hints of pushes from those who commit to gateways. */
interface Carrier {
  notifier(onError?: (error: Error) => void): Notifier;
  listen(told: { onHint: (payload: string) => void; onConnect: () => void; onError: (error: Error) => void }): Listener;
  say(text: string): Promise<unknown>;
  away(): Promise<void>;
  back(): Promise<void>;
  stop(): Promise<void>;
}

async function startPostgres(): Promise<Carrier> {
  const database = await createTestDatabase();
  const way = await startTcpProxy(database.url);
  return {
    notifier: (onError = fail) => createNotifier({ url: way.url, applicationName: 'test-hints', onError }),
    listen: ({ onHint, ...told }) =>
      createListener({
        ...told,
        url: way.url,
        applicationName: 'test-listener',
        channels: [HINT_CHANNELS.push],
        onHint: (_channel, payload) => onHint(payload),
      }),
    say: (text) => database.pool.query('select pg_notify($1, $2)', [HINT_CHANNELS.push, text]),
    away: () => way.cut(),
    back: () => way.restore(),
    async stop() {
      await way.close();
      await eventually('connections to end', async () => {
        const { rows } = await database.pool.query<{ others: number }>(
          `select count(*)::int as others from pg_stat_activity
            where datname = current_database() and application_name in ('test-hints', 'test-listener')`,
        );
        return rows[0]?.others === 0;
      });
      await database.drop();
    },
  };
}

async function startRedis(): Promise<Carrier> {
  const redis = await startTestRedis();
  const database = await createTestDatabase();
  return {
    notifier: (onError = fail) =>
      createNotifier({ url: database.url, redisUrl: redis.url, applicationName: 'test-hints', onError }),
    listen: (told) => createRedisListener({ ...told, url: redis.url, applicationName: 'test-listener' }),
    async say(text) {
      const client = new Redis(redis.url);
      await client.publish(PUSH_CHANNEL, text);
      client.disconnect();
    },
    away: () => redis.kill(),
    back: () => redis.restart(),
    async stop() {
      await redis.stop();
      await database.drop();
    },
  };
}

function fail(error: Error): never {
  throw error;
}

function frame(position: number, channel = 'all', data: Record<string, unknown> = {}): PushFrame {
  const at = '2026-11-21T12:00:00.000Z';
  const about = { eventId: `e${position}`, correlationId: `c${position}`, type: 'test:message' };
  return { channel, epoch: 'e', offset: position, position, ...about, at, data };
}

const frames = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => frame(from + index));

const carriers = [
  { name: 'NOTIFY', start: startPostgres },
  ...(hasRedis() ? [{ name: 'Redis', start: startRedis }] : []),
];

// On a machine without a Redis only its half is left out.
if (!hasRedis()) test.skip('the same by Redis: there is none on this machine', () => undefined);

describe.each(carriers)('hints of pushes by $name', ({ start }) => {
  let carrier: Carrier;
  const notifiers: Notifier[] = [];
  const listeners: Listener[] = [];
  beforeAll(async () => {
    carrier = await start();
  });
  afterEach(async () => {
    await Promise.all([...notifiers.splice(0), ...listeners.splice(0)].map((part) => part.close()));
  });
  afterAll(() => carrier.stop());

  function notifier(onError?: (error: Error) => void): Notifier {
    const opened = carrier.notifier(onError);
    notifiers.push(opened);
    return opened;
  }

  async function listen() {
    const heard = { payloads: [] as string[], connects: 0, errors: [] as Error[] };
    const listener = carrier.listen({
      onHint: (payload) => heard.payloads.push(payload),
      onConnect: () => {
        heard.connects += 1;
      },
      onError: (error) => heard.errors.push(error),
    });
    listeners.push(listener);
    await eventually('the listener to listen', () => heard.connects > 0);
    const positions = () =>
      heard.payloads.flatMap((payload) => {
        const said = JSON.parse(payload) as PushFrame[] | { upTo: number };
        return Array.isArray(said) ? said.map(({ position }) => position) : [said.upTo];
      });
    return { heard, positions };
  }

  test('are heard by every listener whole, once and in the order of the commits', async () => {
    const all = [await listen(), await listen()];
    const sender = notifier();
    let position = 0;
    for (let commit = 1; commit <= 300; commit += 1) {
      const count = 1 + (commit % 3);
      sender.committed({ frames: frames(position + 1, position + count) });
      position += count;
      if (commit % 7 === 0) await delay(1);
    }
    for (const { heard, positions } of all) {
      await eventually('the last frame', () => positions().at(-1) === position);
      expect(positions()).toEqual(Array.from({ length: position }, (_, index) => index + 1));
      expect(heard.payloads.flatMap((payload) => JSON.parse(payload))[4]).toEqual(frame(5));
    }
  });

  test('tell of a frame that is too large by its position, in its place', async () => {
    const { heard, positions } = await listen();
    notifier().committed({ frames: [frame(1), frame(2, 'all', { text: 'ü'.repeat(50_000) }), frame(3)] });
    await eventually('the last frame', () => positions().at(-1) === 3);
    expect(positions()).toEqual([1, 2, 3]);
    expect(heard.payloads).toContain('{"upTo":2}');
  });

  test('tell where to read to when more frames wait than may', async () => {
    const { heard } = await listen();
    notifier().committed({ frames: frames(1, 3_000) });
    await eventually('the hint', () => heard.payloads.length > 0);
    expect(heard.payloads).toEqual(['{"upTo":3000}']);
  });

  test('keep the order of each of many publishers', async () => {
    const { heard } = await listen();
    const senders = ['a', 'b', 'c', 'd'].map((name) => ({ name, ...notifier() }));
    for (let position = 1; position <= 200; position += 1) {
      for (const { name, committed } of senders) committed({ frames: [frame(position, `room:${name}`)] });
      if (position % 20 === 0) await delay(1);
    }
    const of = (name: string) =>
      heard.payloads
        .flatMap((payload) => JSON.parse(payload) as PushFrame[])
        .filter(({ channel }) => channel === `room:${name}`)
        .map(({ position }) => position);
    for (const { name } of senders) {
      await eventually(`the last frame of ${name}`, () => of(name).at(-1) === 200);
      expect(of(name)).toEqual(Array.from({ length: 200 }, (_, index) => index + 1));
    }
  });

  test('bring garbage as it is, and go on', async () => {
    const { heard } = await listen();
    const garbage = ['', '{', 'null', '\u{1F980}', 'x'.repeat(5_000)];
    for (const text of garbage) await carrier.say(text);
    await eventually('the garbage', () => heard.payloads.length === garbage.length);
    notifier().committed({ frames: [frame(1)] });
    await eventually('the frame', () => heard.payloads.length === garbage.length + 1);
    expect(heard.payloads).toEqual([...garbage, JSON.stringify([frame(1)])]);
  });

  test('are heard again after the carrier was away; those who commit neither fail nor wait meanwhile', async () => {
    const { heard, positions } = await listen();
    const errors: Error[] = [];
    const sender = notifier((error) => errors.push(error));
    sender.committed({ frames: [frame(1)] });
    await eventually('the first frame', () => positions().length === 1);
    await carrier.away();
    const begun = performance.now();
    for (let position = 2; position <= 5_000; position += 1) sender.committed({ frames: [frame(position)] });
    expect(performance.now() - begun).toBeLessThan(500);
    await eventually('both sides to notice', () => errors.length > 0 && heard.errors.length > 0);
    await carrier.back();
    await eventually('the listener to listen again', () => heard.connects === 2);
    await eventually('a frame', () => {
      sender.committed({ frames: [frame(6_000)] });
      return positions().at(-1) === 6_000;
    });
    // What waited may be told late or never, but never out of order.
    expect(positions()).toEqual([...positions()].sort((left, right) => left - right));
  });

  test('go out that were published just before the end', async () => {
    const { positions } = await listen();
    const sender = notifier();
    sender.committed({ frames: [frame(1)] });
    await sender.close();
    sender.committed({ frames: [frame(2)] });
    await eventually('the frame', () => positions().length > 0);
    expect(positions()).toEqual([1]);
  });

  test('end at whatever moment, on both sides', async () => {
    let closed = 0;
    for (let nth = 0; nth < 30; nth += 1) {
      const ignore = () => undefined;
      const parts = [carrier.notifier(ignore), carrier.listen({ onHint: ignore, onConnect: ignore, onError: ignore })];
      (parts[0] as Notifier).committed({ frames: [frame(nth)] });
      await delay(nth / 4);
      for (const part of parts) {
        void part.close().then(() => {
          closed += 1;
        });
      }
    }
    await eventually('all to end', () => closed === 60, { withinMs: 5_000 });
  });
});

(hasRedis() ? describe : describe.skip)('Redis itself', () => {
  test('carries pushes in the place of NOTIFY, which carries the other hints', async () => {
    const redis = await startTestRedis();
    const database = await createTestDatabase();
    const heard: string[] = [];
    let connects = 0;
    const told = {
      applicationName: 'test-listener',
      onConnect: () => {
        connects += 1;
      },
      onError: fail,
    };
    const parts = [
      createListener({
        ...told,
        url: database.url,
        channels: Object.values(HINT_CHANNELS),
        onHint: (channel) => heard.push(channel),
      }),
      createRedisListener({ ...told, url: redis.url, onHint: () => heard.push('redis') }),
      createNotifier({ url: database.url, redisUrl: redis.url, applicationName: 'test-hints', onError: fail }),
    ] as const;
    await eventually('both to listen', () => connects === 2);
    parts[2].committed({ frames: [frame(1)], position: 1, dueInMs: 1 });
    await eventually('all hints', () => heard.length >= 4);
    expect(heard.sort()).toEqual([HINT_CHANNELS.log, HINT_CHANNELS.outbox, HINT_CHANNELS.schedule, 'redis'].sort());
    await Promise.all(parts.map((part) => part.close()));
    await redis.stop();
    await database.drop();
  });

  test('is not named with its password in any error', async () => {
    const redis = await startTestRedis({ password: 'right-secret' });
    const errors: Error[] = [];
    const listener = createRedisListener({
      url: redis.url.replace('right-secret', 'wrong-secret'),
      applicationName: 'test-listener',
      onHint: () => undefined,
      onConnect: () => undefined,
      onError: (error) => errors.push(error),
    });
    await eventually('the refusal', () => errors.length > 0);
    await listener.close();
    await redis.stop();
    const [error] = errors;
    const told = [error?.message, error?.stack, JSON.stringify(error), JSON.stringify(Object.values({ ...error }))];
    expect(told.join()).not.toContain('secret');
    expect(errors).toHaveLength(1);
  });

  test('may stand still: publishers neither wait nor keep more than they may, and end', async () => {
    const redis = await startTestRedis();
    const way = await startTcpProxy(redis.url);
    const database = await createTestDatabase();
    const sender = createNotifier({
      url: database.url,
      redisUrl: way.url,
      applicationName: 'test-hints',
      onError: () => undefined,
    });
    sender.committed({ frames: [frame(1)] });
    way.freeze();
    const begun = performance.now();
    for (let position = 2; position <= 20_000; position += 1) sender.committed({ frames: [frame(position)] });
    expect(performance.now() - begun).toBeLessThan(1_000);
    await sender.close();
    await way.close();
    await redis.stop();
    await database.drop();
  });
});
