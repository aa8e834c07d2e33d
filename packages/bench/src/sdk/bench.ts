import { measureSdk } from '@skelly/testkit/bundle';
import { type Bench, OURS } from '../harness/bench';

const METRIC = 'core, gzipped';

export const sdkBench: Bench = {
  name: 'sdk',
  summary: 'script that the SDK of browsers needs before it runs',
  apps: [],
  programs: [],
  metrics: [{ metric: METRIC, unit: 'kB', higherIsBetter: false, bounds: [{ must: 8, aim: 7 }] }],
  steps: [{ contender: OURS, run: async () => ({ [METRIC]: (await measureSdk('.')).bytes / 1_000 }) }],
};
