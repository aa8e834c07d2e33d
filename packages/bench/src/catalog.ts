import { consumeBench } from './consume/bench';
import { emitBench } from './emit/bench';
import type { Bench } from './harness/bench';
import { relayBench } from './relay/bench';

/** Every bench, in the order in which they run. */
export const benches: readonly Bench[] = [emitBench, relayBench, consumeBench];
