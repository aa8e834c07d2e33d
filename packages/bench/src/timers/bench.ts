import { setTimeout as delay } from 'node:timers/promises';
import { createEventSystem, createNotifier } from '@skelly/events';
import { type Bench, type Measured, OURS } from '../harness/bench';
import type { Lab, LabDatabase } from '../harness/lab';
import { COUNT_ID, counted, countedData } from '../workload/counted';
import { routeCounted } from '../workload/counted-events';
import { QUEUE } from '../workload/queue';
import type { Lateness } from './receiver';

const SPREAD = 'lateness p99, over the minute';
const AT_ONCE = 'lateness p99, at one moment';
const TIMERS = 100_000;
const MINUTE_MS = 60_000;
/** Timers that come first and are not counted. */
const WARM_UP = 2_000;
const PER_CALL = 2_000;
/** Milliseconds between the last timer set and the first one due. */
const LEAD_MS = 5_000;
const GIVE_UP_MS = 120_000;

export const timersBench: Bench = {
  name: 'timers',
  summary: `${TIMERS.toLocaleString('en')} timers due in the same minute, to the message in hand`,
  apps: [],
  programs: ['timers/ours', 'timers/receiver'],
  metrics: [
    { metric: SPREAD, unit: 's', higherIsBetter: false, bounds: [{ must: 5, aim: 1 }] },
    // The hardest minute, all of it in its first millisecond: how long a backlog takes. No bound is asked of it.
    { metric: AT_ONCE, unit: 's', higherIsBetter: false, bounds: [] },
  ],
  steps: [
    { contender: OURS, label: SPREAD, run: (lab) => measure(lab, SPREAD, MINUTE_MS) },
    { contender: OURS, label: AT_ONCE, run: (lab) => measure(lab, AT_ONCE, 0) },
  ],
};

/** Sets all timers, lets the relay run over the moment, and receives what comes. */
async function measure(lab: Lab, metric: string, spreadMs: number): Promise<Measured> {
  const database = await lab.database();
  const queues = await lab.queues([QUEUE]);
  await routeCounted(database, [COUNT_ID]);
  const argument = { databaseUrl: database.url, endpoint: queues.endpoint, prefix: queues.prefix };
  const receiver = await lab.start('timers/receiver', argument);
  const relay = await lab.start('timers/ours', argument);

  async function arrived(count: number, withinMs: number): Promise<void> {
    for (const deadline = Date.now() + withinMs; ; await delay(50)) {
      relay.assertRunning();
      const received = await receiver.call<number>('count');
      if (received >= count) return;
      if (Date.now() > deadline) throw new Error(`${received} of ${count} timers have fired`);
    }
  }
  const warmUp = lab.count(WARM_UP);
  const setting = performance.now();
  await setTimers(database, warmUp, () => new Date());
  const msPerTimer = (performance.now() - setting) / warmUp;
  await arrived(warmUp, GIVE_UP_MS);
  await receiver.call('forget');

  const timers = lab.count(TIMERS);
  // Set ahead of time, as timers are: twice as long as they should take, and some more.
  const firstDue = Date.now() + Math.ceil(2 * timers * msPerTimer) + LEAD_MS;
  await setTimers(database, timers, (nth) => new Date(firstDue + Math.floor((nth / timers) * spreadMs)));
  if (Date.now() > firstDue) throw new Error('The timers could not be set before the first one was due.');
  await database.pool.query('analyze event_schedule');
  await arrived(timers, firstDue - Date.now() + spreadMs + GIVE_UP_MS);
  const { p99 } = await receiver.call<Lateness>('read');
  return { [metric]: p99 };
}

async function setTimers(database: LabDatabase, count: number, dueOf: (nth: number) => Date): Promise<void> {
  const notifier = createNotifier({ url: database.url, applicationName: 'bench-timers', onError: console.error });
  const events = createEventSystem({ database, notifier, now: () => new Date() });
  for (let first = 0; first < count; first += PER_CALL) {
    const requests = Array.from({ length: Math.min(PER_CALL, count - first) }, (_, index) => ({
      event: counted,
      data: countedData(first + index),
      at: dueOf(first + index),
    }));
    await events.emitEvents(requests, 'bench');
  }
  await notifier.close();
}
