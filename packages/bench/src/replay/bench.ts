import { measureRate } from '../consume/measure';
import { type Bench, type Measured, OURS } from '../harness/bench';
import type { Lab } from '../harness/lab';
import { COUNT_ID } from '../workload/counted';
import { commitCountedEvents, routeCounted } from '../workload/counted-events';
import { createCounters, readCounted } from '../workload/counters';
import { untilEmpty, untilHolding } from '../workload/messages';
import { QUEUE } from '../workload/queue';
import { startRelayApp } from '../workload/relay-app';
import type { Rehearsed } from './ours';

const METRIC = 'plain handler';
const LIVE = 'consuming live';
/** Events, and how many of them go through before the clock starts. */
const WORK = { events: 100_000, warmUp: 5_000 };
/** The worker app's defaults. */
const SETTINGS = { concurrency: 8, poolMax: 10 };

export const replayBench: Bench = {
  name: 'replay',
  summary: 'a dry run of 100,000 events of a plain handler, to consuming them live',
  apps: ['relay'],
  programs: ['replay/ours', 'consume/ours'],
  metrics: [{ metric: METRIC, unit: 'events/s', higherIsBetter: true, bounds: [{ peer: LIVE, must: 0.8, aim: 1.5 }] }],
  steps: [
    { contender: OURS, run: rehearse },
    { contender: LIVE, run: consume },
  ],
};

async function rehearse(lab: Lab): Promise<Measured> {
  const total = lab.count(WORK.events);
  const database = await lab.database();
  await createCounters(database);
  await routeCounted(database, [COUNT_ID]);
  await commitCountedEvents(database, total);
  // As if their messages were in a queue, or lost: what is in the outbox is on its way.
  await database.pool.query('truncate event_outbox');
  await database.pool.query('analyze');
  const program = await lab.start('replay/ours', { databaseUrl: database.url });
  await program.call<Rehearsed>('rehearse', { limit: lab.count(WORK.warmUp) });
  const { worked, updated, ms } = await program.call<Rehearsed>('rehearse', { limit: total });
  if (worked !== total || updated !== total)
    throw new Error(`${worked} were tried and ${updated} rows counted of ${total}`);
  if ((await readCounted(database)) !== 0) throw new Error('A dry run has changed something.');
  return { [METRIC]: (worked / ms) * 1_000 };
}

async function consume(lab: Lab): Promise<Measured> {
  const total = lab.count(WORK.events);
  const database = await lab.database();
  const queues = await lab.queues([QUEUE]);
  await createCounters(database);
  await routeCounted(database, [COUNT_ID]);
  await commitCountedEvents(database, total);
  const relay = await startRelayApp(lab, { database, queues });
  await untilHolding(queues, QUEUE, total, { watch: () => relay.assertRunning() });
  await relay.stop();
  await database.pool.query('analyze');
  const worker = await lab.start('consume/ours', {
    databaseUrl: database.url,
    endpoint: queues.endpoint,
    prefix: queues.prefix,
    kind: 'plain',
    ...SETTINGS,
  });
  return {
    [METRIC]: await measureRate(database, {
      warmUp: lab.count(WORK.warmUp),
      total,
      settled: () => untilEmpty(queues, QUEUE),
      children: [worker],
    }),
  };
}
