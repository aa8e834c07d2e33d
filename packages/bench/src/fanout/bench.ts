import { type Bench, type Measured, OURS } from '../harness/bench';
import type { Lab } from '../harness/lab';
import {
  type Arena,
  BUN,
  PLAIN,
  SOCKET_IO,
  socketPrograms,
  startBunServer,
  startGateway,
  startPlainLoop,
  startSocketIo,
  underLoad,
} from '../sockets/servers';

const CONNECTIONS = 5_000;
const SECONDS = { measured: 8, warmUp: 4 };
const METRIC = 'deliveries';

export const fanoutBench: Bench = {
  name: 'fanout',
  summary: `messages of 300 B on one channel to ${CONNECTIONS} clients, as many as there can be`,
  apps: ['gateway'],
  programs: socketPrograms,
  metrics: [
    {
      metric: METRIC,
      unit: '/s',
      higherIsBetter: true,
      bounds: [
        { peer: PLAIN, must: 10, aim: 16 },
        { peer: SOCKET_IO, must: 12, aim: 20 },
        { peer: BUN, must: 0.7, aim: 1 },
      ],
    },
  ],
  steps: [
    { contender: OURS, run: (lab) => measure(lab, (clients) => startGateway(lab, clients, 'all')) },
    { contender: PLAIN, run: (lab) => measure(lab, () => startPlainLoop(lab)) },
    { contender: SOCKET_IO, run: (lab) => measure(lab, () => startSocketIo(lab)) },
    { contender: BUN, run: (lab) => measure(lab, () => startBunServer(lab)) },
  ],
};

async function measure(lab: Lab, start: (clients: number) => Promise<Arena>): Promise<Measured> {
  const count = lab.count(CONNECTIONS);
  const arena = await start(count);
  await arena.load.call('connect', count);
  const seconds = { seconds: lab.seconds(SECONDS.measured), warmUp: lab.seconds(SECONDS.warmUp) };
  return { [METRIC]: await underLoad<number>(lab, arena, 'saturate', seconds) };
}
