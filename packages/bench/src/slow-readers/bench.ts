import { type Bench, type Measured, OURS } from '../harness/bench';
import type { Lab } from '../harness/lab';
import { readRss } from '../memory/rss';
import type { Latency } from '../sockets/load';
import { socketPrograms, startGateway, underLoad } from '../sockets/servers';

const CONNECTIONS = 2_000;
const NONE_SLOW = 'none slow';
const ONE_IN = 10;
const PER_SECOND = 50;
/** Long enough that kernel buffers fill, and slow readers are closed, while it is measured. */
const SECONDS = { measured: 30, warmUp: 4 };
const GROWTH = 'memory it grows by';

export const slowReadersBench: Bench = {
  name: 'slow-readers',
  summary: `${PER_SECOND} messages a second to ${CONNECTIONS} clients, one in ${ONE_IN} of which stops reading: what the others notice`,
  apps: ['gateway'],
  programs: socketPrograms,
  metrics: [
    { metric: 'p99', unit: 'ms', higherIsBetter: false, bounds: [{ peer: NONE_SLOW, must: 1.3, aim: 1.05 }] },
    { metric: 'p50', unit: 'ms', higherIsBetter: false, bounds: [] },
    { metric: GROWTH, unit: 'MB', higherIsBetter: false, bounds: [{ must: 100, aim: 50 }] },
  ],
  steps: [
    { contender: OURS, run: (lab) => measure(lab, true) },
    { contender: NONE_SLOW, run: (lab) => measure(lab, false) },
  ],
};

async function measure(lab: Lab, hasSlow: boolean): Promise<Measured> {
  const count = lab.count(CONNECTIONS);
  const arena = await startGateway(lab, count, 'all');
  await arena.load.call('connect', count);
  await arena.load.call('offer', { perSecond: PER_SECOND, seconds: lab.seconds(SECONDS.warmUp) });
  if (hasSlow) await arena.load.call('slowDown', ONE_IN);
  const before = await readRss(arena.server.pid);
  let most = before;
  const watch = setInterval(() => {
    readRss(arena.server.pid).then(
      (rss) => {
        most = Math.max(most, rss);
      },
      () => undefined,
    );
  }, 200);
  try {
    const offered = { perSecond: PER_SECOND, seconds: lab.seconds(SECONDS.measured) };
    const { p50, p99 } = await underLoad<Latency>(lab, arena, 'offer', offered);
    return { p50, p99, [GROWTH]: most - before };
  } finally {
    clearInterval(watch);
  }
}
