import { measureRate } from '../consume/measure';
import { type Bench, type Measured, OURS } from '../harness/bench';
import type { Lab } from '../harness/lab';
import { COUNT_ID } from '../workload/counted';
import { holdMessages } from '../workload/held-messages';
import { untilEmpty } from '../workload/messages';
import { QUEUE } from '../workload/queue';

const OFF = 'all of it off';
const METRIC = 'plain handler, one process';
const WORK = { messages: 45_000, warmUp: 5_000 };
/** Milliseconds between two scrapes: a fifteenth of what is usual. */
const SCRAPE_MS = 1_000;
/** The worker app's defaults. */
const SETTINGS = { concurrency: 8, poolMax: 10 };

export const observabilityBench: Bench = {
  name: 'observability',
  summary: '50,000 messages by a plain handler with metrics scraped, logs at info and every trace exported',
  apps: ['relay'],
  programs: ['observability/ours', 'observability/receiver'],
  metrics: [
    { metric: METRIC, unit: 'messages/s', higherIsBetter: true, bounds: [{ peer: OFF, must: 0.8, aim: 0.95 }] },
  ],
  steps: [
    { contender: OURS, run: runObserved },
    { contender: OFF, run: (lab) => run(lab, null) },
  ],
};

async function runObserved(lab: Lab): Promise<Measured> {
  const receiver = await lab.start('observability/receiver', {});
  const collector = await receiver.call<string>('url');
  const measured = await run(lab, collector);
  const received = await receiver.call<number>('requests');
  if (received === 0) throw new Error('No span was exported.');
  return measured;
}

/** @param collector - where traces go; null observes nothing */
async function run(lab: Lab, collector: string | null): Promise<Measured> {
  const warmUp = lab.count(WORK.warmUp);
  const total = warmUp + lab.count(WORK.messages);
  const { database, queues } = await holdMessages(lab, { handler: COUNT_ID, total });
  const { url: databaseUrl } = database;
  const { endpoint, prefix } = queues;
  const worker = await lab.start('observability/ours', { databaseUrl, endpoint, prefix, collector, ...SETTINGS });
  const stopScraping = collector === null ? undefined : scrapeAgainAndAgain(await worker.call<string>('metrics'));
  const rate = await measureRate(database, {
    warmUp,
    total,
    settled: () => untilEmpty(queues, QUEUE),
    children: [worker],
  });
  await stopScraping?.();
  return { [METRIC]: rate };
}

/** @returns what ends it. @throws by it: Error when nothing was scraped */
function scrapeAgainAndAgain(url: string): () => Promise<void> {
  let scraped = 0;
  const timer = setInterval(() => {
    void fetch(url)
      .then((answer) => answer.text())
      .then((text) => {
        if (/^skelly_deliveries_total\{.*outcome="handled"/m.test(text)) scraped += 1;
      })
      .catch(() => undefined);
  }, SCRAPE_MS);
  return async () => {
    clearInterval(timer);
    if (scraped === 0) throw new Error('No metrics were scraped.');
  };
}
