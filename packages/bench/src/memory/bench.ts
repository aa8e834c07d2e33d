import { setTimeout as delay } from 'node:timers/promises';
import { type Bench, type Measured, OURS } from '../harness/bench';
import type { Lab, LabDatabase } from '../harness/lab';
import { slope } from '../harness/stats';
import { COUNT_ID } from '../workload/counted';
import { commitCountedEvents, routeCounted } from '../workload/counted-events';
import { createCounters, readCounted } from '../workload/counters';
import { QUEUE } from '../workload/queue';
import { startRelayApp } from '../workload/relay-app';
import { readRss } from './rss';

const WAITING = 1_000_000;
const CHUNK = 20_000;
/** The queue's bound: the relay's default. The outbox holds the rest. */
const QUEUE_BOUND = 50_000;
const SAMPLE_EVERY_MS = 1_000;
/** Share of the load in which caches fill and code is compiled; the slope is of what follows. */
const SETTLING = 0.3;

const resident = (process: string) => ({
  metric: `${process}, most resident`,
  unit: 'MB',
  higherIsBetter: false,
  bounds: [{ must: 200, aim: 200 }],
});
/** Flat: what it grows by in ten minutes is less than a tenth of what it may have. */
const growing = (process: string) => ({
  metric: `${process}, slope`,
  unit: 'MB/min',
  higherIsBetter: false,
  bounds: [{ must: 2, aim: 0.5 }],
});

export const memoryBench: Bench = {
  name: 'memory',
  summary: `resident memory of relay and worker under load with ${WAITING.toLocaleString('en')} events waiting`,
  apps: ['relay'],
  programs: ['consume/ours'],
  fixedRounds: 1,
  metrics: [
    resident('relay'),
    growing('relay'),
    resident('worker'),
    growing('worker'),
    { metric: 'handled meanwhile', unit: 'messages/s', higherIsBetter: true, bounds: [] },
  ],
  steps: [{ contender: OURS, run: measure }],
};

/** Keeps a million events in the outbox for as long as relay and worker carry them away, and watches both. */
async function measure(lab: Lab): Promise<Measured> {
  const database = await lab.database();
  const queues = await lab.queues([QUEUE]);
  await createCounters(database);
  await routeCounted(database, [COUNT_ID]);
  const waiting = lab.count(WAITING);
  let committed = 0;
  async function commit(upTo: number): Promise<void> {
    while (committed < upTo) {
      const count = Math.min(CHUNK, upTo - committed);
      await commitCountedEvents(database, count, committed);
      committed += count;
    }
  }
  await commit(QUEUE_BOUND + waiting);
  lab.say(`${waiting.toLocaleString('en')} events wait`);

  const relay = await startRelayApp(lab, { database, queues, env: { EVENT_QUEUE_MAX_DEPTH: String(QUEUE_BOUND) } });
  const worker = await lab.start('consume/ours', {
    databaseUrl: database.url,
    endpoint: queues.endpoint,
    prefix: queues.prefix,
    kind: 'plain',
    concurrency: 8,
    poolMax: 10,
  });
  const processes = { relay, worker };
  const samples = { relay: [] as { x: number; y: number }[], worker: [] as { x: number; y: number }[] };
  const begun = performance.now();
  const minutes = () => (performance.now() - begun) / 60_000;
  while (minutes() < lab.minutes) {
    await delay(SAMPLE_EVERY_MS);
    for (const name of ['relay', 'worker'] as const) {
      processes[name].assertRunning();
      samples[name].push({ x: minutes(), y: await readRss(processes[name].pid) });
    }
    await commit(QUEUE_BOUND + waiting + (await readCounted(database)));
    if (samples.relay.length % 30 === 0) lab.say(await describe(database, samples, minutes()));
  }
  const settled = (points: readonly { x: number; y: number }[]) =>
    points.filter(({ x }) => x >= lab.minutes * SETTLING);
  const figures: Record<string, number> = {};
  for (const name of ['relay', 'worker'] as const) {
    figures[`${name}, most resident`] = Math.max(...samples[name].map(({ y }) => y));
    figures[`${name}, slope`] = slope(settled(samples[name]));
  }
  return { ...figures, 'handled meanwhile': (await readCounted(database)) / (minutes() * 60) };
}

async function describe(
  database: LabDatabase,
  samples: Readonly<Record<'relay' | 'worker', readonly { y: number }[]>>,
  minutes: number,
): Promise<string> {
  const last = (name: 'relay' | 'worker') => samples[name].at(-1)?.y.toFixed(0);
  const handled = (await readCounted(database)).toLocaleString('en');
  return `${minutes.toFixed(1)} min: relay ${last('relay')} MB, worker ${last('worker')} MB, ${handled} handled`;
}
