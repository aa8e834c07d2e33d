import { type Bench, type Measured, OURS, type Step } from '../harness/bench';
import type { Lab, LabDatabase, LabQueues } from '../harness/lab';
import { COUNT_ID, countedData } from '../workload/counted';
import { commitCountedEvents, routeCounted } from '../workload/counted-events';
import { untilHolding } from '../workload/messages';
import { ADD_JOBS } from '../workload/pg-boss';
import { QUEUE } from '../workload/queue';
import { startRelayApp } from '../workload/relay-app';

const METRIC = 'events to SQS';
const EVENTS = 50_000;
/** Events that each process moves before its clock starts. */
const WARM_UP = 5_000;

const PADDING = countedData(0).padding;

const ADD_GRAPHILE_JOBS = `
  select graphile_worker.add_jobs(array(
    select json_populate_record(null::graphile_worker.job_spec, json_build_object('identifier', $3::text, 'payload',
      json_build_object('userId', 'user-' || lpad((nth % 1000)::text, 4, '0'), 'amount', 1, 'padding', $2::text)))
    from generate_series(0, $1::int - 1) as nth))`;

export const relayBench: Bench = {
  name: 'relay',
  summary: `${EVENTS.toLocaleString('en')} committed events to accepted by SQS`,
  apps: ['relay'],
  programs: ['relay/sdk-loop', 'relay/graphile-worker', 'relay/pg-boss'],
  metrics: [
    {
      metric: METRIC,
      unit: 'events/s',
      higherIsBetter: true,
      bounds: [
        { peer: 'sdk loop', must: 0.9, aim: 2 },
        { peer: 'graphile-worker', must: 1.5, aim: 4 },
        { peer: 'pg-boss', must: 1.5, aim: 4 },
      ],
    },
  ],
  steps: [
    { contender: OURS, run: runOurs },
    { contender: 'sdk loop', run: runSdkLoop },
    databasePeer('graphile-worker', { add: ADD_GRAPHILE_JOBS }),
    databasePeer('pg-boss', { add: ADD_JOBS }),
  ],
};

async function runOurs(lab: Lab): Promise<Measured> {
  const database = await lab.database();
  const queues = await lab.queues([QUEUE]);
  await routeCounted(database, [COUNT_ID]);
  const relay = await startRelayApp(lab, { database, queues });
  return timeMoved(lab, queues, {
    commit: (count) => commitCountedEvents(database, count),
    watch: () => relay.assertRunning(),
  });
}

async function runSdkLoop(lab: Lab): Promise<Measured> {
  const queues = await lab.queues([QUEUE]);
  const child = await lab.start('relay/sdk-loop', { endpoint: queues.endpoint, queueName: queues.prefix + QUEUE });
  await child.call('send', lab.count(WARM_UP));
  const events = lab.count(EVENTS);
  return { [METRIC]: (events / (await child.call<number>('send', events))) * 1_000 };
}

/** A job queue in Postgres whose jobs are sent to SQS: what an outbox without a relay of its own would be. */
function databasePeer(contender: 'graphile-worker' | 'pg-boss', { add }: { add: string }): Step {
  return {
    contender,
    async run(lab) {
      const database: LabDatabase = await lab.database();
      const queues = await lab.queues([QUEUE]);
      const child = await lab.start(`relay/${contender}`, {
        databaseUrl: database.url,
        endpoint: queues.endpoint,
        queueName: queues.prefix + QUEUE,
      });
      return timeMoved(lab, queues, {
        async commit(count) {
          await database.pool.query(add, [count, PADDING, 'relay']);
          if (contender === 'pg-boss') await child.call('wake');
        },
        watch: () => child.assertRunning(),
      });
    },
  };
}

/** From the commit to the last message that SQS has accepted. */
async function timeMoved(
  lab: Lab,
  queues: LabQueues,
  { commit, watch }: { commit: (count: number) => Promise<void>; watch: () => void },
): Promise<Measured> {
  const warmUp = lab.count(WARM_UP);
  await commit(warmUp);
  await untilHolding(queues, QUEUE, warmUp, { watch });
  const events = lab.count(EVENTS);
  await commit(events);
  const begun = performance.now();
  await untilHolding(queues, QUEUE, warmUp + events, { watch });
  return { [METRIC]: (events / (performance.now() - begun)) * 1_000 };
}
