import { type Bench, type Measured, OURS } from '../harness/bench';
import type { Lab } from '../harness/lab';
import { type Arena, PLAIN, socketPrograms, startGateway, startPlainLoop, underLoad } from '../sockets/servers';

const CONNECTIONS = 5_000;
const ROUNDS = { measured: 20, warmUp: 5 };
const METRIC = 'deliveries';

export const fanoutManyBench: Bench = {
  name: 'fanout-many',
  summary: `one message to each of ${CONNECTIONS} users in random order, from the commit of all of them to the last client`,
  apps: ['gateway'],
  programs: socketPrograms,
  metrics: [{ metric: METRIC, unit: '/s', higherIsBetter: true, bounds: [{ peer: PLAIN, must: 0.6, aim: 0.9 }] }],
  steps: [
    { contender: OURS, run: (lab) => measure(lab, (clients) => startGateway(lab, clients, 'own')) },
    { contender: PLAIN, run: (lab) => measure(lab, () => startPlainLoop(lab)) },
  ],
};

async function measure(lab: Lab, start: (clients: number) => Promise<Arena>): Promise<Measured> {
  const count = lab.count(CONNECTIONS);
  const arena = await start(count);
  await arena.load.call('connect', count);
  await arena.load.call('scatter', { rounds: ROUNDS.warmUp });
  return { [METRIC]: await underLoad<number>(lab, arena, 'scatter', { rounds: ROUNDS.measured }) };
}
