import { type Bench, type Measured, OURS } from '../harness/bench';
import type { Lab } from '../harness/lab';
import { COUNT_ID } from '../workload/counted';
import { routeCounted } from '../workload/counted-events';
import { QUEUE } from '../workload/queue';
import { startRelayApp } from '../workload/relay-app';
import type { Latency, LatencyRun } from './ours';

const POLLING = 'polling 100 ms';
const PER_SECOND = 200;
/** Seconds that are measured, and those before that are not. */
const SECONDS = { measured: 15, warmUp: 3 };

export const relayLatencyBench: Bench = {
  name: 'relay-latency',
  summary: `commit to SQS receive at ${PER_SECOND}/s, to a relay that polls every 100 ms`,
  apps: ['relay'],
  programs: ['relay-latency/ours'],
  metrics: ['p50', 'p99'].map((metric) => ({
    metric,
    unit: 'ms',
    higherIsBetter: false,
    bounds: [{ peer: POLLING, must: 0.2, aim: 0.1 }],
  })),
  steps: [
    { contender: OURS, run: (lab) => measure(lab, async () => ({})) },
    { contender: POLLING, run: (lab) => measure(lab, deafSettings) },
  ],
};

/**
 * The same relay without ears: it listens in another database, where nobody hints, and looks at the outbox every 100 ms.
 * All else is ours, so the ratio is the price of polling and nothing else.
 */
async function deafSettings(lab: Lab): Promise<Record<string, string>> {
  const elsewhere = await lab.emptyDatabase();
  return { DATABASE_DIRECT_URL: elsewhere, EVENT_OUTBOX_POLLING_INTERVAL: '100' };
}

async function measure(lab: Lab, settings: (lab: Lab) => Promise<Record<string, string>>): Promise<Measured> {
  const database = await lab.database();
  const queues = await lab.queues([QUEUE]);
  await routeCounted(database, [COUNT_ID]);
  await startRelayApp(lab, { database, queues, env: await settings(lab) });
  const child = await lab.start('relay-latency/ours', {
    databaseUrl: database.url,
    endpoint: queues.endpoint,
    prefix: queues.prefix,
  });
  await child.call('run', { perSecond: PER_SECOND, seconds: lab.seconds(SECONDS.warmUp) } satisfies LatencyRun);
  const { p50, p99 } = await child.call<Latency>('run', {
    perSecond: PER_SECOND,
    seconds: lab.seconds(SECONDS.measured),
  } satisfies LatencyRun);
  return { p50, p99 };
}
