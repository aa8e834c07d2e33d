import { type Bench, OURS, type Step } from '../harness/bench';

const METRIC = 'transactions';
const CLIENTS = 64;
/** Seconds under load that are measured, and those before that are not. */
const SECONDS = { measured: 8, warmUp: 2 };

export const emitBench: Bench = {
  name: 'emit',
  summary: `a transaction of one insert + emit, ${CLIENTS} clients, to the same without the event`,
  apps: [],
  programs: ['emit/ours'],
  metrics: [
    {
      metric: METRIC,
      unit: 'transactions/s',
      higherIsBetter: true,
      bounds: [{ peer: 'without event', must: 0.6, aim: 0.75 }],
    },
  ],
  steps: [step(OURS, 'emit'), step('without event', 'without event'), step('plain pg', 'plain pg')],
};

/** The clients' process is the same for all three: what differs is the transaction. */
function step(contender: string, kind: string): Step {
  return {
    contender,
    async run(lab) {
      const database = await lab.database();
      await database.pool.query(
        'create table bench_row (id bigserial primary key, nth int not null, note text not null)',
      );
      const child = await lab.start('emit/ours', { databaseUrl: database.url, clients: CLIENTS, kind });
      await child.call('run', lab.seconds(SECONDS.warmUp));
      return { [METRIC]: await child.call<number>('run', lab.seconds(SECONDS.measured)) };
    },
  };
}
