import { type Bench, type Measured, OURS } from '../harness/bench';
import type { Lab } from '../harness/lab';
import type { Latency } from '../sockets/load';
import {
  type Arena,
  BUN,
  PLAIN,
  socketPrograms,
  startBunServer,
  startGateway,
  startPlainLoop,
  underLoad,
} from '../sockets/servers';

const CONNECTIONS = 5_000;
const SECONDS = { measured: 10, warmUp: 3, calibration: 4 };

/** Deliveries a second of the plain loop on this machine; asked once a run, before the first that needs it. */
let plainRate: Promise<number> | undefined;

export const fanoutOverloadBench: Bench = {
  name: 'fanout-overload',
  summary: `twice as many deliveries a second as the plain loop can carry, to ${CONNECTIONS} clients: from publishing to the client`,
  apps: ['gateway'],
  programs: socketPrograms,
  metrics: [
    { metric: 'p99', unit: 'ms', higherIsBetter: false, bounds: [{ peer: BUN, must: 2, aim: 1 }] },
    { metric: 'p50', unit: 'ms', higherIsBetter: false, bounds: [] },
  ],
  steps: [
    { contender: OURS, run: (lab) => measure(lab, (clients) => startGateway(lab, clients, 'all')) },
    { contender: BUN, run: (lab) => measure(lab, () => startBunServer(lab)) },
    { contender: PLAIN, run: (lab) => measure(lab, () => startPlainLoop(lab)) },
  ],
};

async function measure(lab: Lab, start: (clients: number) => Promise<Arena>): Promise<Measured> {
  const count = lab.count(CONNECTIONS);
  plainRate ??= calibrate(lab, count);
  const perSecond = (2 * (await plainRate)) / count;
  const arena = await start(count);
  await arena.load.call('connect', count);
  await arena.load.call('offer', { perSecond, seconds: lab.seconds(SECONDS.warmUp) });
  const { p50, p99 } = await underLoad<Latency>(lab, arena, 'offer', {
    perSecond,
    seconds: lab.seconds(SECONDS.measured),
  });
  return { p50, p99 };
}

async function calibrate(lab: Lab, count: number): Promise<number> {
  const { load } = await startPlainLoop(lab);
  await load.call('connect', count);
  const rate = await load.call<number>('saturate', { seconds: lab.seconds(SECONDS.calibration), warmUp: 1 });
  lab.say(`the plain loop carries ${Math.round(rate)}/s`);
  await load.stop();
  return rate;
}
