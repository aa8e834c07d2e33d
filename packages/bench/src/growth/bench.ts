import { measureRate } from '../consume/measure';
import { type Bench, type Measured, OURS } from '../harness/bench';
import type { Lab } from '../harness/lab';
import { COUNT_BATCH_ID } from '../workload/counted';
import { commitCountedEvents, routeCounted } from '../workload/counted-events';
import { createCounters } from '../workload/counters';
import { untilEmpty, untilHolding } from '../workload/messages';
import { QUEUE } from '../workload/queue';
import { startRelayApp } from '../workload/relay-app';
import { GROWN_ROWS, growTables } from './grow-tables';

const EMPTY = 'empty tables';
const RELAY = 'relay';
const CONSUME = 'consume, batch handler';
/** Events that are moved and then handled, and how many more of each come before its clock starts. */
const WORK = { events: 45_000, warmUp: 5_000 };

export const growthBench: Bench = {
  name: 'growth',
  summary: `relay and consume with ${GROWN_ROWS.toLocaleString('en')} rows in the partitions that are written, to empty ones`,
  apps: ['relay'],
  programs: ['consume/ours'],
  metrics: [RELAY, CONSUME].map((metric) => ({
    metric,
    unit: metric === RELAY ? 'events/s' : 'messages/s',
    higherIsBetter: true,
    bounds: [{ peer: EMPTY, must: 0.85, aim: 0.95 }],
  })),
  steps: [
    { contender: OURS, label: 'grown tables', run: (lab) => measure(lab, { grown: true }) },
    { contender: EMPTY, run: (lab) => measure(lab, { grown: false }) },
  ],
};

/** The same events through the relay, then through a worker, so that one grown database serves both. */
async function measure(lab: Lab, { grown }: { grown: boolean }): Promise<Measured> {
  const database = await lab.database(
    grown ? { name: 'grown', fill: (filled) => growTables(filled, lab.count(GROWN_ROWS)) } : undefined,
  );
  const queues = await lab.queues([QUEUE]);
  await createCounters(database);
  await routeCounted(database, [COUNT_BATCH_ID]);
  const relay = await startRelayApp(lab, { database, queues });
  const watch = () => relay.assertRunning();

  const warmUp = lab.count(WORK.warmUp);
  await commitCountedEvents(database, warmUp);
  await untilHolding(queues, QUEUE, warmUp, { watch });
  const events = lab.count(WORK.events);
  await commitCountedEvents(database, events, warmUp);
  const begun = performance.now();
  await untilHolding(queues, QUEUE, warmUp + events, { watch });
  const relayed = (events / (performance.now() - begun)) * 1_000;
  await relay.stop();

  const worker = await lab.start('consume/ours', {
    databaseUrl: database.url,
    endpoint: queues.endpoint,
    prefix: queues.prefix,
    kind: 'batch',
    concurrency: 8,
    poolMax: 10,
  });
  const consumed = await measureRate(database, {
    warmUp,
    total: warmUp + events,
    settled: () => untilEmpty(queues, QUEUE),
    children: [worker],
  });
  return { [RELAY]: relayed, [CONSUME]: consumed };
}
