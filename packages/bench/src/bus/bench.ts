import { type Bench, OURS, type Step } from '../harness/bench';

const METRIC = 'events';
const EMITTERY = 'emittery';
/** Seconds that are measured, and those before that are not. */
const SECONDS = { measured: 8, warmUp: 2 };

export const busBench: Bench = {
  name: 'bus',
  summary: 'in-process publish to 10 async subscribers with deduplication, to emittery without it',
  apps: [],
  programs: ['bus/ours', 'bus/emittery'],
  metrics: [
    { metric: METRIC, unit: 'events/s', higherIsBetter: true, bounds: [{ peer: EMITTERY, must: 0.5, aim: 1 }] },
  ],
  steps: [step(OURS, 'bus/ours'), step(EMITTERY, 'bus/emittery')],
};

function step(contender: string, program: string): Step {
  return {
    contender,
    async run(lab) {
      const child = await lab.start(program, {});
      await child.call('run', lab.seconds(SECONDS.warmUp));
      return { [METRIC]: await child.call<number>('run', lab.seconds(SECONDS.measured)) };
    },
  };
}
