import { setTimeout as delay } from 'node:timers/promises';
import { type Bench, type Measured, OURS } from '../harness/bench';
import type { Lab } from '../harness/lab';
import { readRss } from '../memory/rss';
import { type Arena, PLAIN, socketPrograms, startGateway, startPlainLoop } from '../sockets/servers';

const CONNECTIONS = 10_000;
/** Connections that are open before the first look, so that what a process needs once is not counted. */
const FIRST = 500;
const METRIC = 'memory of a connection';
/** After which the garbage of connecting has been collected. */
const SETTLE_MS = 8_000;

export const connectionsBench: Bench = {
  name: 'connections',
  summary: `resident memory of an idle connection, signed in and following its own channel, at ${CONNECTIONS}`,
  apps: ['gateway'],
  programs: socketPrograms,
  metrics: [
    {
      metric: METRIC,
      unit: 'kB',
      higherIsBetter: false,
      bounds: [
        { peer: PLAIN, must: 2, aim: 1.3 },
        { must: 20, aim: 11 },
      ],
    },
  ],
  steps: [
    { contender: OURS, run: (lab) => measure(lab, (clients) => startGateway(lab, clients, 'own')) },
    { contender: PLAIN, run: (lab) => measure(lab, () => startPlainLoop(lab)) },
  ],
};

async function measure(lab: Lab, start: (clients: number) => Promise<Arena>): Promise<Measured> {
  const count = lab.count(CONNECTIONS, 2 * FIRST);
  const { server, load } = await start(count);
  await load.call('connect', FIRST);
  await delay(SETTLE_MS);
  const before = await readRss(server.pid);
  await load.call('connect', count);
  await delay(SETTLE_MS);
  return { [METRIC]: (((await readRss(server.pid)) - before) * 1_000) / (count - FIRST) };
}
