import { type Bench, type Measured, OURS } from '../harness/bench';
import type { Lab } from '../harness/lab';
import { QUEUE } from '../workload/queue';
import { startRelayApp } from '../workload/relay-app';
import type { LoadArgument, LoadRun, LoadTimes } from './load';
import { createMembers } from './members';

const HAND_WRITTEN = 'hand-written';
const MEMBERS = 400;
/** Seconds at each rate that are measured, and those before that are not. */
const SECONDS = { measured: 15, warmUp: 4 };
const RATES = [50, 300] as const;
/** Shares of a rate at which it is warmed up, one after the other: what starts cold cannot keep up with all of it. */
const WARM_UP_SHARES = [0.3, 0.6, 1];
/** What browsers see; the api and the gateway ask for it. */
const ORIGIN = 'http://skelly.bench';

const bound = (must: number, aim: number) => [{ peer: HAND_WRITTEN, must, aim }];
const metric = (name: string, bounds: Bench['metrics'][number]['bounds']) => ({
  metric: name,
  unit: 'ms',
  higherIsBetter: false,
  bounds,
});

export const e2eBench: Bench = {
  name: 'e2e',
  summary: 'an authenticated command to the frame in a client, by way of SQS and a worker, to a hand-written chain',
  apps: ['api', 'relay', 'gateway'],
  programs: ['e2e/ours', 'e2e/load', 'e2e/hand-written-api', 'e2e/hand-written-sockets'],
  metrics: [
    metric('300/s p50', bound(1.5, 1.2)),
    metric('300/s p99', bound(1.2, 0.8)),
    metric('50/s p50', bound(1.5, 1.2)),
    metric('50/s p99', bound(1.5, 1.2)),
    // Frames that a command's own event pushes take no queue, so they stand beside.
    ...RATES.flatMap((rate) => [
      metric(`${rate}/s p50, pushed at commit`, []),
      metric(`${rate}/s p99, pushed at commit`, []),
    ]),
  ],
  steps: [
    { contender: OURS, run: runOurs },
    { contender: HAND_WRITTEN, run: runHandWritten },
  ],
};

/**
 * POST /api/notifications/read-all → commit → relay → SQS → worker, whose handler changes state and pushes
 * → commit → gateway → frame. Every process but the worker is the app's own bundle; the worker has one handler more than the
 * product's.
 */
async function runOurs(lab: Lab): Promise<Measured> {
  const database = await lab.database();
  const queues = await lab.queues([QUEUE]);
  const members = await createMembers(database, MEMBERS);
  await lab.start('e2e/ours', {
    databaseUrl: database.url,
    endpoint: queues.endpoint,
    prefix: queues.prefix,
    concurrency: 8,
    poolMax: 10,
  });
  const env = { DATABASE_URL: database.url, PUBLIC_URL: ORIGIN, APP_SECRET: 'x'.repeat(32) };
  const [, api, gateway] = await Promise.all([
    startRelayApp(lab, { database, queues }),
    lab.startApp('api', env),
    lab.startApp('gateway', env),
  ]);
  return measure(lab, {
    members,
    origin: ORIGIN,
    apiUrl: `http://127.0.0.1:${api.port}/api/notifications/read-all`,
    gatewayUrl: `ws://127.0.0.1:${gateway.port}/ws`,
  });
}

async function runHandWritten(lab: Lab): Promise<Measured> {
  const database = await lab.database();
  const queues = await lab.queues([QUEUE]);
  const members = await createMembers(database, MEMBERS);
  await database.pool.query(
    'create table bench_command (id bigserial primary key, user_id uuid not null, at timestamptz not null default now())',
  );
  const argument = { databaseUrl: database.url, endpoint: queues.endpoint, queueName: queues.prefix + QUEUE };
  const api = await lab.start('e2e/hand-written-api', argument);
  const sockets = await lab.start('e2e/hand-written-sockets', argument);
  return measure(lab, {
    members,
    origin: ORIGIN,
    apiUrl: `http://127.0.0.1:${await api.call<number>('port')}/command`,
    gatewayUrl: `ws://127.0.0.1:${await sockets.call<number>('port')}`,
  });
}

async function measure(lab: Lab, argument: LoadArgument): Promise<Measured> {
  const load = await lab.start('e2e/load', argument);
  const run = (perSecond: number, seconds: number) =>
    load.call<LoadTimes>('run', { perSecond, seconds: lab.seconds(seconds) } satisfies LoadRun);
  const measured: Record<string, number> = {};
  for (const rate of RATES) {
    for (const share of WARM_UP_SHARES) await run(rate * share, SECONDS.warmUp);
    const { handled, own } = await run(rate, SECONDS.measured);
    measured[`${rate}/s p50`] = handled.p50;
    measured[`${rate}/s p99`] = handled.p99;
    if (!own) continue;
    measured[`${rate}/s p50, pushed at commit`] = own.p50;
    measured[`${rate}/s p99, pushed at commit`] = own.p99;
  }
  return measured;
}
