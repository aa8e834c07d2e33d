import { setTimeout as delay } from 'node:timers/promises';
import { createEventSystem, createNotifier, type EventSystem, type Notifier } from '@skelly/events';
import {
  createRandom,
  eventually,
  hasRedis,
  type Random,
  startTcpProxy,
  startTestRedis,
  type TcpProxy,
  type TestRedis,
} from '@skelly/testkit';
import { defineEvent } from '@skelly/types/event';
import type { StreamPosition } from '@skelly/types/live';
import { z } from 'zod';
import { readModelRun } from './testing/env';
import { createHarness, type Harness, type TestGateway } from './testing/gateway-harness';
import { openTestStream, type TestStream } from './testing/sdk';
import { createStreamModel, type StreamModel, type Told } from './testing/stream-model';

const { seconds, seed } = readModelRun();

const WRITERS = 4;
const MEMBERS = 3;
const TABS = 2;
const GATEWAYS = 3;
/** Small, so that clients leave memory behind and pages have ends. */
const LIMITS = { hotMessages: 16, messagesPerRead: 7, outgoingBytes: 131_072, followIntervalMs: 200 };

const counted = defineEvent({
  type: 'test:counted',
  version: 1,
  summary: 'Something was counted.',
  data: z.object({ channel: z.string(), id: z.string(), filler: z.string() }),
  subject: () => 'test:1',
  push: [{ to: ({ channel }) => channel as 'all', client: ['id', 'filler'] }],
});

interface RunningGateway extends TestGateway {
  readonly way: TcpProxy;
}

interface Client extends TestStream {
  readonly name: string;
  /** By channel: what it was told, in order. */
  readonly told: Readonly<Record<string, Told[]>>;
  readonly channels: readonly string[];
}

describe(`streams, by the model, with seed ${seed}`, () => {
  let harness: Harness;
  let model: StreamModel;
  let redis: TestRedis | undefined;
  let notifiers: readonly Notifier[];
  const gateways: RunningGateway[] = [];
  const ways: TcpProxy[] = [];
  const clients: Client[] = [];
  let begin: StreamPosition;
  beforeAll(async () => {
    harness = await createHarness();
    const { rows } = await harness.database.pool.query<{ epoch: string }>('select epoch from push_epoch');
    begin = { offset: 0, epoch: rows[0]?.epoch ?? '' };
    model = await createStreamModel(harness.database.pool, begin.epoch);
    redis = hasRedis() ? await startTestRedis() : undefined;
    const common = { url: harness.database.url, applicationName: 'test-notifier', onError: () => undefined };
    notifiers = [createNotifier(common), createNotifier({ ...common, redisUrl: redis?.url })];
  });
  afterAll(async () => {
    for (const { stream, cut } of clients) {
      stream.close();
      cut();
    }
    await Promise.all(notifiers.map((notifier) => notifier.close()));
    await harness.close();
    await Promise.all(ways.map((way) => way.close()));
    await redis?.stop();
  });

  /** One that hears all hints, some, or none. */
  async function startGateway(random: Random): Promise<RunningGateway> {
    const hears = random();
    const started = await harness.startGateway({
      hints: hears > 0.25,
      limits: LIMITS,
      ...(redis && hears > 0.6 ? { redisUrl: redis.url } : {}),
    });
    const way = await startTcpProxy(started.http);
    ways.push(way);
    return { ...started, way, url: `${way.url.replace('http', 'ws')}ws` };
  }

  async function openClients(random: Random): Promise<void> {
    for (let nth = 0; nth < MEMBERS; nth += 1) {
      const member = await harness.addMember();
      const channels = [`user:${member.userId}`, 'all', 'role:member'];
      for (let tab = 0; tab < TABS; tab += 1) {
        const told: Record<string, Told[]> = Object.fromEntries(channels.map((channel) => [channel, []]));
        const opened = openTestStream({
          urlOf: () => gateways[Math.floor(random() * gateways.length)]?.url ?? '',
          member,
          channels: Object.fromEntries(channels.map((channel) => [channel, begin])),
        });
        opened.stream.subscribe('*', ({ channel, offset, data }) =>
          told[channel]?.push({ kind: 'event', offset, data }),
        );
        opened.stream.onRefetch(({ channel }) => {
          const position = opened.positionOf(channel) as StreamPosition;
          told[channel]?.push({ kind: 'refetch', position, gone: model.gone(channel) });
        });
        clients.push({ ...opened, name: `member ${nth} tab ${tab}`, told, channels });
      }
    }
  }

  /** Units of work: some roll back, some take their time, some are too large for a hint. */
  async function write(events: EventSystem, random: Random, until: () => boolean): Promise<string[]> {
    const committed: string[] = [];
    const channels = [...new Set(clients.flatMap((client) => client.channels))];
    while (until()) {
      const ids: string[] = [];
      const wish = events.transaction(async (work) => {
        for (let nth = 0; nth <= random() * 3; nth += 1) {
          const id = `${Math.floor(random() * 2 ** 48)}`;
          const size = random();
          const filler = 'x'.repeat(size < 0.9 ? 20 : size < 0.98 ? 9_000 : 40_000);
          const channel = channels[Math.floor(random() * channels.length)] ?? 'all';
          work.push(counted, { channel, id, filler });
          ids.push(id);
        }
        if (random() < 0.1) await delay(random() * 60);
        if (random() < 0.15) throw new Error('rolled back');
      });
      await wish.then(
        () => committed.push(...ids),
        () => undefined,
      );
      await delay(random() * 20);
    }
    return committed;
  }

  const one = <T>(random: Random, items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;

  /** What goes wrong, drawn again and again. */
  async function disturb(random: Random, until: () => boolean): Promise<void> {
    const { pool } = harness.database;
    const leaving: Promise<void>[] = [];
    let renewals = 0;
    let rounds = 0;
    const troubles: readonly { readonly weight: number; run(): Promise<unknown> | unknown }[] = [
      { weight: 30, run: () => one(random, clients).cut() },
      { weight: 15, run: () => one(random, clients).stall(50 + random() * 400) },
      {
        // Asked to go: clients are sent elsewhere.
        weight: 3,
        async run() {
          gateways.push(await startGateway(random));
          leaving.push((gateways.shift() as RunningGateway).gateway.close());
        },
      },
      {
        // Killed: without a word, and with all that it knew.
        weight: 3,
        async run() {
          gateways.push(await startGateway(random));
          const killed = gateways.shift() as RunningGateway;
          await killed.way.cut();
          leaving.push(killed.gateway.close());
        },
      },
      {
        weight: 4,
        async run() {
          const channel = one(random, one(random, clients).channels);
          const { rows } = await pool.query<{ head: number }>(
            'select "offset"::float8 as head from push_channel where channel = $1',
            [channel],
          );
          const upTo = (rows[0]?.head ?? 0) - Math.floor(random() * 40);
          model.take(channel, upTo);
          await pool.query('delete from push_message where channel = $1 and "offset" <= $2', [channel, upTo]);
        },
      },
      {
        weight: 2,
        run: () =>
          pool.query(
            `select pg_terminate_backend(pid) from pg_stat_activity
              where datname = current_database() and application_name = 'skelly-gateway-listen'`,
          ),
      },
      {
        weight: redis ? 2 : 0,
        async run() {
          await redis?.kill();
          await delay(random() * 300);
          await redis?.restart();
        },
      },
      {
        weight: 1,
        async run() {
          if (renewals >= rounds / 150) return;
          renewals += 1;
          model.renew(`epoch ${renewals}`);
          await pool.query(`update push_epoch set epoch = $1, renewed_at = now()`, [`epoch ${renewals}`]);
        },
      },
    ];
    const bag = troubles.flatMap((trouble) => Array<typeof trouble>(trouble.weight).fill(trouble));
    while (until()) {
      await one(random, bag).run();
      rounds += 1;
      await delay(5 + random() * 40);
    }
    await Promise.all(leaving);
  }

  it(
    `are seen by every client as they are, for ${seconds} seconds of trouble`,
    async () => {
      const random = createRandom(seed);
      for (let nth = 0; nth < GATEWAYS; nth += 1) gateways.push(await startGateway(random));
      await openClients(random);
      const end = Date.now() + seconds * 1_000;
      const until = () => Date.now() < end;
      const { database } = harness;
      const systems = notifiers.map((notifier) => createEventSystem({ database, notifier, now: () => new Date() }));
      const disturbing = disturb(createRandom(seed + 1), until);
      const writing = Array.from({ length: WRITERS }, (_, nth) =>
        write(
          one(() => (nth % 2) / 2, systems),
          createRandom(seed + 2 + nth),
          until,
        ),
      );
      const committed = (await Promise.all(writing)).flat();
      await disturbing;

      // A last word on every channel, so that whoever was told to refetch shows where it went on; again when one came after it.
      await eventually('clients to be live', () => clients.every(({ stream }) => stream.state.status === 'live'));
      const channels = [...new Set(clients.flatMap((client) => client.channels))];
      let words = 0;
      await eventually(
        'every client to have the last word',
        async () => {
          words += 1;
          await systems[0]?.transaction(async (work) => {
            for (const channel of channels) work.push(counted, { channel, id: `word ${words}`, filler: '' });
          });
          const hasIt = ({ told }: Client) => Object.values(told).every((all) => isWord(all.at(-1), words));
          return eventually('all to have it', () => clients.every(hasIt), { withinMs: 2_000 }).catch(() => false);
        },
        { withinMs: 15_000 },
      );
      const written = await database.pool.query<{ id: string }>(
        `select data ->> 'id' as id from model_message where data ->> 'id' not like 'word %'`,
      );
      expect(new Set(written.rows.map(({ id }) => id))).toEqual(new Set(committed));
      const wrong: string[] = [];
      for (const { name, told } of clients) {
        for (const [channel, all] of Object.entries(told)) {
          wrong.push(...(await model.judge({ name, channel, since: begin, told: all })));
        }
      }
      expect({ seed, wrong }).toEqual({ seed, wrong: [] });
      expect(committed.length).toBeGreaterThan(seconds * 20);
    },
    (seconds + 60) * 1_000,
  );
});

function isWord(told: Told | undefined, nth: number): boolean {
  return told?.kind === 'event' && (told.data as { id: string }).id === `word ${nth}`;
}
