import { consumeBench } from './consume/bench';
import { e2eBench } from './e2e/bench';
import { emitBench } from './emit/bench';
import { growthBench } from './growth/bench';
import type { Bench } from './harness/bench';
import { heldSnapshotBench } from './held-snapshot/bench';
import { memoryBench } from './memory/bench';
import { relayBench } from './relay/bench';
import { relayLatencyBench } from './relay-latency/bench';
import { timersBench } from './timers/bench';

/** Every bench, in the order in which they run. */
export const benches: readonly Bench[] = [
  emitBench,
  relayBench,
  relayLatencyBench,
  heldSnapshotBench,
  consumeBench,
  e2eBench,
  growthBench,
  timersBench,
  memoryBench,
];
