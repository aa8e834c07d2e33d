import { type Bench, type Measured, OURS } from '../harness/bench';
import type { Lab } from '../harness/lab';
import type { Latency, LatencyRun } from '../relay-latency/ours';
import { COUNT_ID } from '../workload/counted';
import { commitCountedEvents, routeCounted } from '../workload/counted-events';
import { purge, untilHolding } from '../workload/messages';
import { QUEUE } from '../workload/queue';
import { startRelayApp } from '../workload/relay-app';
import { holdSnapshot } from './hold-snapshot';

const FREE = 'no snapshot held';
const THROUGHPUT = 'events to SQS';
const LATENCY = 'p50, commit to receive';
const EVENTS = 200_000;
/** Events of one transaction. SQS is emptied between them, so that its own size plays no part. */
const CHUNK = 20_000;
const WARM_UP = 5_000;
const LATENCY_RUN = { perSecond: 200, seconds: 10 };

export const heldSnapshotBench: Bench = {
  name: 'held-snapshot',
  summary: `${EVENTS.toLocaleString('en')} events past a transaction that holds the oldest snapshot, to the same without it`,
  apps: ['relay'],
  programs: ['relay-latency/ours'],
  metrics: [
    {
      metric: THROUGHPUT,
      unit: 'events/s',
      higherIsBetter: true,
      bounds: [{ peer: FREE, must: 0.8, aim: 0.95 }],
    },
    { metric: LATENCY, unit: 'ms', higherIsBetter: false, bounds: [{ peer: FREE, must: 1.5, aim: 1.2 }] },
  ],
  steps: [
    { contender: OURS, label: 'snapshot held', run: (lab) => measure(lab, { held: true }) },
    { contender: FREE, run: (lab) => measure(lab, { held: false }) },
  ],
};

/** Moves all events, then emits at a fixed rate over what they left behind. */
async function measure(lab: Lab, { held }: { held: boolean }): Promise<Measured> {
  const database = await lab.database();
  const queues = await lab.queues([QUEUE]);
  await routeCounted(database, [COUNT_ID]);
  const relay = await startRelayApp(lab, { database, queues });
  const watch = () => relay.assertRunning();
  await commitCountedEvents(database, lab.count(WARM_UP));
  await untilHolding(queues, QUEUE, lab.count(WARM_UP), { watch });
  const snapshot = held ? await holdSnapshot(database) : undefined;
  if (snapshot) lab.onEnd(() => snapshot.release());

  const events = lab.count(EVENTS);
  let moved = 0;
  let ms = 0;
  while (moved < events) {
    const count = Math.min(CHUNK, events - moved);
    await purge(queues, QUEUE);
    await commitCountedEvents(database, count, moved);
    const begun = performance.now();
    await untilHolding(queues, QUEUE, count, { watch });
    ms += performance.now() - begun;
    moved += count;
  }
  await purge(queues, QUEUE);

  const child = await lab.start('relay-latency/ours', {
    databaseUrl: database.url,
    endpoint: queues.endpoint,
    prefix: queues.prefix,
  });
  const seconds = lab.seconds(LATENCY_RUN.seconds);
  const { p50 } = await child.call<Latency>('run', { ...LATENCY_RUN, seconds } satisfies LatencyRun);
  await snapshot?.assertOldest();
  return { [THROUGHPUT]: (events / ms) * 1_000, [LATENCY]: p50 };
}
