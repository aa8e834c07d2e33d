import { hasRedis, startTestRedis } from '@skelly/testkit';
import { createMembers } from '../e2e/members';
import { type Bench, type Measured, OURS } from '../harness/bench';
import type { Lab } from '../harness/lab';
import { percentile } from '../harness/stats';
import type { ClientsArgument } from './clients';
import type { PushRun, WriterArgument } from './ours';

const PLAIN = 'redis loop';
const MEMBERS = 400;
const PER_SECOND = 300;
/** Seconds that are measured, and those before that are not. */
const SECONDS = { measured: 15, warmUp: 4 };
/** What browsers see; the gateway asks for it. */
const ORIGIN = 'http://skelly.bench';

const CARRIERS = ['NOTIFY', 'Redis'] as const;

export const pushLatencyBench: Bench = {
  name: 'push-latency',
  summary: `commit of a push to the frame in a client at ${PER_SECOND}/s, to Redis pub/sub and a plain loop over sockets`,
  apps: ['gateway'],
  programs: ['push-latency/ours', 'push-latency/hand-written', 'push-latency/clients'],
  metrics: CARRIERS.flatMap((carrier) =>
    ['p50', 'p99'].map((metric) => ({
      metric: `by ${carrier}, ${metric}`,
      unit: 'ms',
      higherIsBetter: false,
      bounds: [{ peer: PLAIN, must: 2, aim: 1.2 }],
    })),
  ),
  unavailable: () =>
    hasRedis() ? undefined : 'the peer needs a redis-server or valkey-server on the PATH, or REDIS_BIN',
  steps: [
    { contender: OURS, label: 'by NOTIFY', run: (lab) => runOurs(lab, 'NOTIFY') },
    { contender: OURS, label: 'by Redis', run: (lab) => runOurs(lab, 'Redis') },
    { contender: PLAIN, run: runPlain },
  ],
};

async function startRedis(lab: Lab): Promise<string> {
  const redis = await startTestRedis();
  lab.onEnd(() => redis.stop());
  return redis.url;
}

/** A unit of work that pushes → commit → hint → the gateway app → frame. */
async function runOurs(lab: Lab, carrier: (typeof CARRIERS)[number]): Promise<Measured> {
  const database = await lab.database();
  const members = await createMembers(database, MEMBERS);
  const redisUrl = carrier === 'Redis' ? await startRedis(lab) : undefined;
  const gateway = await lab.startApp('gateway', {
    DATABASE_URL: database.url,
    PUBLIC_URL: ORIGIN,
    ...(redisUrl === undefined ? {} : { REDIS_URL: redisUrl }),
  });
  const { p50, p99 } = await measure(lab, {
    program: 'push-latency/ours',
    writer: { databaseUrl: database.url, redisUrl, users: members.map(({ userId }) => userId) },
    clients: { url: `ws://127.0.0.1:${gateway.port}/ws`, origin: ORIGIN, members },
  });
  return { [`by ${carrier}, p50`]: p50, [`by ${carrier}, p99`]: p99 };
}

/** One insert → commit → PUBLISH → a process that sends to the user's socket what it hears. Nothing is kept, so who is away misses it. */
async function runPlain(lab: Lab): Promise<Measured> {
  const database = await lab.database();
  const members = await createMembers(database, MEMBERS);
  await database.pool.query(
    'create table bench_push (id bigserial primary key, user_id uuid not null, data jsonb not null, at timestamptz not null default now())',
  );
  const redisUrl = await startRedis(lab);
  const users = members.map(({ userId }) => userId);
  const writer = { databaseUrl: database.url, redisUrl, users };
  const sockets = await lab.start('push-latency/hand-written', { ...writer, role: 'sockets' });
  const { p50, p99 } = await measure(lab, {
    program: 'push-latency/hand-written',
    writer: { ...writer, role: 'writer' },
    clients: { url: `ws://127.0.0.1:${await sockets.call<number>('port')}`, origin: ORIGIN, members },
  });
  return Object.fromEntries(
    CARRIERS.flatMap((carrier) => [
      [`by ${carrier}, p50`, p50],
      [`by ${carrier}, p99`, p99],
    ]),
  );
}

async function measure(
  lab: Lab,
  {
    program,
    writer,
    clients,
  }: { program: string; writer: WriterArgument & { role?: string }; clients: ClientsArgument },
): Promise<{ p50: number; p99: number }> {
  const receiving = await lab.start('push-latency/clients', clients);
  const writing = await lab.start(program, writer);
  const run = async (seconds: number) => {
    const committed = await writing.call<Record<string, number>>('run', {
      perSecond: PER_SECOND,
      seconds: lab.seconds(seconds),
    } satisfies PushRun);
    const received = await receiving.call<Record<string, number>>('received', Object.keys(committed).length);
    // A frame may overtake the answer to its commit; then it took no time at all.
    return Object.entries(committed).map(([id, at]) => Math.max(0, (received[id] ?? Number.NaN) - at));
  };
  await run(SECONDS.warmUp);
  const waits = await run(SECONDS.measured);
  return { p50: percentile(waits, 0.5), p99: percentile(waits, 0.99) };
}
