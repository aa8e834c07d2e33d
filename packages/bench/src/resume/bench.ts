import { type Bench, type Measured, OURS } from '../harness/bench';
import type { Lab } from '../harness/lab';
import { type Arena, PLAIN, socketPrograms, startGateway, startPlainLoop, underLoad } from '../sockets/servers';

const CONNECTIONS = 5_000;
const MISSED = 20;
const METRIC = 'until all are live';

export const resumeBench: Bench = {
  name: 'resume',
  summary: `${CONNECTIONS} clients reconnect at once, each ${MISSED} messages behind, to plain connects with no state`,
  apps: ['gateway'],
  programs: socketPrograms,
  metrics: [{ metric: METRIC, unit: 'ms', higherIsBetter: false, bounds: [{ peer: PLAIN, must: 3, aim: 1.5 }] }],
  steps: [
    { contender: OURS, run: (lab) => measure(lab, (clients) => startGateway(lab, clients, 'own'), MISSED) },
    { contender: PLAIN, run: (lab) => measure(lab, () => startPlainLoop(lab), 0) },
  ],
};

async function measure(lab: Lab, start: (clients: number) => Promise<Arena>, missed: number): Promise<Measured> {
  const count = lab.count(CONNECTIONS);
  const arena = await start(count);
  await arena.load.call('connect', count);
  return { [METRIC]: await underLoad<number>(lab, arena, 'comeBack', { missed }) };
}
