import { auditBench } from './audit/bench';
import { balanceBench } from './balance/bench';
import { busBench } from './bus/bench';
import { connectionsBench } from './connections/bench';
import { consumeBench } from './consume/bench';
import { e2eBench } from './e2e/bench';
import { emitBench } from './emit/bench';
import { fanoutBench } from './fanout/bench';
import { fanoutManyBench } from './fanout-many/bench';
import { fanoutOverloadBench } from './fanout-overload/bench';
import { growthBench } from './growth/bench';
import type { Bench } from './harness/bench';
import { heldSnapshotBench } from './held-snapshot/bench';
import { httpBench } from './http/bench';
import { inboxBench } from './inbox/bench';
import { ledgerBench, ledgerHotBench, ledgerLoneBench } from './ledger/bench';
import { ledgerGrowthBench } from './ledger-growth/bench';
import { ledgerHttpBench } from './ledger-http/bench';
import { memoryBench } from './memory/bench';
import { observabilityBench } from './observability/bench';
import { pushLatencyBench } from './push-latency/bench';
import { relayBench } from './relay/bench';
import { relayLatencyBench } from './relay-latency/bench';
import { replayBench } from './replay/bench';
import { resumeBench } from './resume/bench';
import { sdkBench } from './sdk/bench';
import { slowReadersBench } from './slow-readers/bench';
import { timersBench } from './timers/bench';
import { triageBench } from './triage/bench';

/** Every bench, in the order in which they run. */
export const benches: readonly Bench[] = [
  emitBench,
  relayBench,
  relayLatencyBench,
  heldSnapshotBench,
  consumeBench,
  replayBench,
  observabilityBench,
  e2eBench,
  pushLatencyBench,
  httpBench,
  ledgerHttpBench,
  growthBench,
  auditBench,
  timersBench,
  busBench,
  balanceBench,
  inboxBench,
  triageBench,
  ledgerBench,
  ledgerHotBench,
  ledgerLoneBench,
  ledgerGrowthBench,
  memoryBench,
  fanoutBench,
  fanoutOverloadBench,
  fanoutManyBench,
  slowReadersBench,
  connectionsBench,
  resumeBench,
  sdkBench,
];
