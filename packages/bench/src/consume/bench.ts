import { type Bench, type Measured, OURS } from '../harness/bench';
import type { Lab } from '../harness/lab';
import { COUNT_BATCH_ID, COUNT_ID, countedData } from '../workload/counted';
import { createCounters } from '../workload/counters';
import { holdMessages } from '../workload/held-messages';
import { fillQueue, untilEmpty } from '../workload/messages';
import { ADD_JOBS } from '../workload/pg-boss';
import { QUEUE } from '../workload/queue';
import { measureRate } from './measure';

const BATCH = 'batch handler';
const PLAIN = 'plain handler, one process';
const PLAIN_TWO = 'plain handler, two processes';
/** How many messages, and how many more every process handles before its clock starts. */
const WORK = { batch: { messages: 45_000, warmUp: 5_000 }, plain: { messages: 45_000, warmUp: 5_000 } };
type Kind = keyof typeof WORK;

/** The worker app's defaults. The peers' settings lie in their files. */
const SETTINGS = { concurrency: 8, poolMax: 10 };

export const consumeBench: Bench = {
  name: 'consume',
  summary: 'messages of 500 B to an inbox row and a counter, 50,000 by batch handlers and by plain ones',
  apps: ['relay'],
  programs: ['consume/ours', 'consume/sqs-consumer', 'consume/sdk-loop', 'consume/pg-boss'],
  metrics: [
    {
      metric: BATCH,
      unit: 'messages/s',
      higherIsBetter: true,
      bounds: [
        { peer: 'sqs-consumer', must: 2, aim: 3.5 },
        { peer: 'pg-boss', must: 0.6, aim: 1 },
      ],
    },
    ...[PLAIN, PLAIN_TWO].map((metric) => ({
      metric,
      unit: 'messages/s',
      higherIsBetter: true,
      bounds: [{ peer: 'sqs-consumer', must: 3, aim: 6 }],
    })),
  ],
  steps: [
    { contender: OURS, label: BATCH, run: (lab) => runOurs(lab, BATCH, 'batch', 1) },
    { contender: 'sqs-consumer', label: BATCH, run: (lab) => runOnSqs(lab, 'sqs-consumer', BATCH, 'batch', 1) },
    { contender: 'pg-boss', label: BATCH, run: runPgBoss },
    { contender: 'sdk loop', label: BATCH, run: (lab) => runOnSqs(lab, 'sdk-loop', BATCH, 'batch', 1) },
    { contender: OURS, label: PLAIN, run: (lab) => runOurs(lab, PLAIN, 'plain', 1) },
    { contender: 'sqs-consumer', label: PLAIN, run: (lab) => runOnSqs(lab, 'sqs-consumer', PLAIN, 'plain', 1) },
    { contender: 'sdk loop', label: PLAIN, run: (lab) => runOnSqs(lab, 'sdk-loop', PLAIN, 'plain', 1) },
    { contender: OURS, label: PLAIN_TWO, run: (lab) => runOurs(lab, PLAIN_TWO, 'plain', 2) },
    { contender: 'sqs-consumer', label: PLAIN_TWO, run: (lab) => runOnSqs(lab, 'sqs-consumer', PLAIN_TWO, 'plain', 2) },
  ],
};

async function runOurs(lab: Lab, metric: string, kind: Kind, processes: number): Promise<Measured> {
  const { warmUp, total } = amounts(lab, kind);
  const handler = kind === 'batch' ? COUNT_BATCH_ID : COUNT_ID;
  const { database, queues } = await holdMessages(lab, { handler, total });
  const argument = {
    databaseUrl: database.url,
    endpoint: queues.endpoint,
    prefix: queues.prefix,
    kind,
    ...SETTINGS,
  };
  const workers = await Promise.all(Array.from({ length: processes }, () => lab.start('consume/ours', argument)));
  return {
    [metric]: await measureRate(database, {
      warmUp,
      total,
      settled: () => untilEmpty(queues, QUEUE),
      children: workers,
    }),
  };
}

async function runOnSqs(
  lab: Lab,
  program: 'sqs-consumer' | 'sdk-loop',
  metric: string,
  kind: Kind,
  processes: number,
): Promise<Measured> {
  const { warmUp, total } = amounts(lab, kind);
  const database = await lab.database();
  const queues = await lab.queues([QUEUE]);
  await createCounters(database);
  await fillQueue(queues, QUEUE, total);
  const argument = { databaseUrl: database.url, endpoint: queues.endpoint, queueName: queues.prefix + QUEUE, kind };
  const children = await Promise.all(
    Array.from({ length: processes }, () => lab.start(`consume/${program}`, argument)),
  );
  return {
    [metric]: await measureRate(database, {
      warmUp,
      total,
      settled: () => untilEmpty(queues, QUEUE),
      children,
    }),
  };
}

async function runPgBoss(lab: Lab): Promise<Measured> {
  const { warmUp, total } = amounts(lab, 'batch');
  const database = await lab.database();
  await createCounters(database);
  const child = await lab.start('consume/pg-boss', { databaseUrl: database.url });
  await database.pool.query(ADD_JOBS, [total, countedData(0).padding, 'count']);
  await database.pool.query('analyze');
  await child.call('wake');
  const open = `select from pgboss.job where name = 'count' and state <> 'completed' limit 1`;
  return {
    [BATCH]: await measureRate(database, {
      warmUp,
      total,
      async settled() {
        while ((await database.pool.query(open)).rowCount !== 0) child.assertRunning();
      },
      children: [child],
    }),
  };
}

function amounts(lab: Lab, kind: Kind): { warmUp: number; total: number } {
  const warmUp = lab.count(WORK[kind].warmUp);
  return { warmUp, total: warmUp + lab.count(WORK[kind].messages) };
}
